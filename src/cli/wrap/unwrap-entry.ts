import { applyEdits, type Edit } from 'jsonc-parser';
import { replaced, written } from './pieces.js';
import { type Member, membersOf, readServer, type ServerShape } from './server-shape.js';
import { wrapEntry } from './wrap-entry.js';

/**
 * The text of an entry with its server started or called without the proxy.
 *
 * @param earlier - Texts the entry may have had: the first that comes to this one when it is wrapped is what it was.
 * @returns The text; or, where it cannot be told, why.
 */
export function unwrapEntry(text: string, earlier: readonly string[]): string | { readonly why: string } {
  const shape = readServer(text);
  if (shape.kind !== 'wrapped') return text;
  const before = earlier.find((each) => each !== text && wrapEntry(each, shape.proxy.head) === text);
  if (before !== undefined) return before;
  const edits = shape.proxy.upstream === 'command' ? commandEdits(text, shape) : remoteEdits(text, shape);
  return Array.isArray(edits) ? applyEdits(text, edits) : edits;
}

type Wrapped = Extract<ServerShape, { kind: 'wrapped' }>;

function commandEdits(text: string, { command, args, proxy }: Wrapped): Edit[] {
  const words = args.value.children ?? [];
  const first = words[0];
  const moved = words[proxy.upstreamAt - 1];
  if (first === undefined || moved === undefined) return [];
  const end = words[proxy.upstreamAt]?.offset ?? moved.offset + moved.length;
  return [
    replaced(command.value, written(text, moved)),
    { offset: first.offset, length: end - first.offset, content: '' },
  ];
}

function remoteEdits(text: string, { command, args, type, env, proxy }: Wrapped): Edit[] | { readonly why: string } {
  const between = text.slice(endOf(command), args.node.offset);
  if (!/^\s*,\s*$/.test(between)) return { why: 'its args no longer stand behind its command' };
  const address = args.value.children?.[proxy.upstreamAt - 1];
  if (address === undefined) return { why: 'the address is missing' };
  const edits: Edit[] = [
    {
      offset: command.node.offset,
      length: endOf(args) - command.node.offset,
      content: `"url": ${written(text, address)}`,
    },
  ];
  if (type !== undefined) edits.push(replaced(type.value, '"http"'));
  if (proxy.headers.size === 0) return env === undefined ? edits : { why: 'its env would be lost' };
  const variables = env?.value.type === 'object' ? membersOf(env.value) : undefined;
  if (env === undefined || variables === undefined) return { why: 'the headers are no longer in its env' };
  edits.push(replaced(env.key, '"headers"'));
  for (const [variable, { key }] of variables) {
    const header = proxy.headers.get(variable);
    if (header === undefined) return { why: 'its env holds more than the headers, which would be lost' };
    edits.push(replaced(key, JSON.stringify(header)));
  }
  return edits;
}

function endOf({ node }: Member): number {
  return node.offset + node.length;
}
