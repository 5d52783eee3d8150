import type { Node } from 'jsonc-parser';
import { parseConfig } from './client-config.js';
import { type ProxyCommand, readProxyCommand } from './proxy-command.js';

/** A member of an entry: where it stands, its key and its value. */
export interface Member {
  readonly node: Node;
  readonly key: Node;
  readonly value: Node;
}

/** What an entry is. Nodes have offsets in the entry's own text. */
export type ServerShape =
  | { readonly kind: 'command'; readonly command: Member; readonly args: Member | undefined }
  | {
      readonly kind: 'remote';
      readonly url: Member;
      readonly type: Member | undefined;
      readonly headers: Member | undefined;
    }
  | {
      readonly kind: 'wrapped';
      readonly command: Member;
      readonly args: Member;
      readonly type: Member | undefined;
      readonly env: Member | undefined;
      readonly proxy: ProxyCommand;
    }
  | { readonly kind: 'proxy' }
  | { readonly kind: 'disabled' }
  | { readonly kind: 'unknown'; readonly why: string };

const LOCAL_TYPES = ['stdio'];
const REMOTE_TYPES = ['http', 'sse', 'streamable-http', 'streamableHttp', 'streamable_http'];
/** Members by which a client signs in by itself: whoever stands between cannot. */
const SIGNS_IN = ['auth', 'oauth', 'headersHelper', 'authorization', 'authorization_token', 'authProviderType'];
const HEADER = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

/** Tells what an entry starts or calls; nothing of its values is quoted where that cannot be told. */
export function readServer(text: string): ServerShape {
  if (!text.startsWith('{')) return unknown('is no object');
  const members = membersOf(parseConfig(text, 'entry'));
  if (members === undefined) return unknown('a key stands twice: clients take one of them');
  const shape = shapeOf(members);
  const isOff = members.get('disabled')?.value.value === true || members.get('enabled')?.value.value === false;
  return isOff && shape.kind !== 'wrapped' && shape.kind !== 'proxy' ? { kind: 'disabled' } : shape;
}

function shapeOf(members: ReadonlyMap<string, Member>): ServerShape {
  const [command, url, type] = [members.get('command'), members.get('url'), members.get('type')];
  if (command !== undefined && url !== undefined) return unknown('has a command and a url: leave one of them out');
  if (type !== undefined && type.value.type !== 'string') return unknown('its type is no text');
  if (command !== undefined) return readCommand(command, members);
  if (url !== undefined) return readRemote(url, members);
  return unknown('has neither a command nor a url');
}

/** The words of a list of texts; undefined for anything else. */
export function wordsOf(list: Node | undefined): readonly string[] | undefined {
  if (list === undefined) return [];
  const items = list.type === 'array' ? (list.children ?? []) : undefined;
  return items?.every(({ type }) => type === 'string') === true ? items.map(({ value }) => value as string) : undefined;
}

/** The members of an object; undefined where a key stands twice. */
export function membersOf(object: Node): ReadonlyMap<string, Member> | undefined {
  const members = new Map<string, Member>();
  for (const node of object.children ?? []) {
    const [key, value] = node.children ?? [];
    if (key === undefined || value === undefined || members.has(String(key.value))) return undefined;
    members.set(String(key.value), { node, key, value });
  }
  return members;
}

function readCommand(command: Member, members: ReadonlyMap<string, Member>): ServerShape {
  const [args, type] = [members.get('args'), members.get('type')];
  if (type !== undefined && !LOCAL_TYPES.includes(type.value.value as string)) {
    return unknown('has a command, and a type that is not stdio');
  }
  if (command.value.type !== 'string' || command.value.value === '') return unknown('its command is no text');
  const words = wordsOf(args?.value);
  if (words === undefined) return unknown('its args are no list of texts');
  const proxy = readProxyCommand([command.value.value as string, ...words]);
  if (proxy === undefined) return { kind: 'command', command, args };
  if (proxy === 'other' || args === undefined) return { kind: 'proxy' };
  return { kind: 'wrapped', command, args, type, env: members.get('env'), proxy };
}

function readRemote(url: Member, members: ReadonlyMap<string, Member>): ServerShape {
  const [type, headers] = [members.get('type'), members.get('headers')];
  if (type !== undefined && !REMOTE_TYPES.includes(type.value.value as string)) {
    return unknown('has a url, and a type that is neither http nor sse');
  }
  if (!isAddress(url.value)) return unknown('its url is no http or https address');
  const signsIn = SIGNS_IN.find((key) => members.has(key));
  if (signsIn !== undefined) return unknown(`the client signs in by itself (${signsIn}), which the proxy cannot`);
  if (members.has('args') || members.has('env'))
    return unknown('has a url, and args or env, which belong to a command');
  if (headers !== undefined && !areHeaders(headers.value)) return unknown('its headers are no object of texts');
  return { kind: 'remote', url, type, headers };
}

/** Clients put variables into addresses: what those come to is seen by the proxy. */
function isAddress({ type, value }: Node): boolean {
  if (type !== 'string') return false;
  const text = value as string;
  return text.startsWith('${') || (/^https?:\/\//i.test(text) && URL.canParse(text.replace(/\$\{[^}]*\}/g, 'x')));
}

function areHeaders(headers: Node): boolean {
  if (headers.type !== 'object') return false;
  const members = membersOf(headers);
  if (members === undefined) return false;
  return [...members].every(([name, { value }]) => HEADER.test(name) && value.type === 'string');
}

function unknown(why: string): ServerShape {
  return { kind: 'unknown', why };
}
