import { isJsonObject } from '../../call/json.js';
import type { Message } from '../../session/message.js';

/** Where the value of `Mcp-Name` stands in the parameters of a method. */
const NAMED: ReadonlyMap<unknown, string> = new Map([
  ['tools/call', 'name'],
  ['prompts/get', 'name'],
  ['resources/read', 'uri'],
  ['tasks/get', 'taskId'],
  ['tasks/update', 'taskId'],
  ['tasks/cancel', 'taskId'],
]);

const [OPEN, CLOSE] = ['=?base64?', '?='];
/** What goes into a header as it is; what is no such text, or looks like one that was encoded, is encoded. */
const PLAIN = /^(?:[\x21-\x7e](?:[\x20-\x7e\t]*[\x21-\x7e])?)?$/;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** What `Mcp-Name` has to say of a message; undefined where it has nothing to say. */
export function nameOf({ method, params }: Message): string | undefined {
  const member = NAMED.get(method);
  const value = member !== undefined && isJsonObject(params) ? params[member] : undefined;
  return typeof value === 'string' ? value : undefined;
}

/** Writes a value as `Mcp-Name` and `Mcp-Param-*` carry it. */
export function encodeHeader(value: string): string {
  const isPlain = PLAIN.test(value) && !(value.startsWith(OPEN) && value.endsWith(CLOSE));
  return isPlain ? value : `${OPEN}${Buffer.from(value, 'utf8').toString('base64')}${CLOSE}`;
}

/** Reads what `encodeHeader` writes; undefined where it is encoded wrongly. */
export function decodeHeader(written: string): string | undefined {
  const value = written.replace(/^[ \t]+/, '').trimEnd();
  if (!value.startsWith(OPEN) || !value.endsWith(CLOSE) || value.length < OPEN.length + CLOSE.length) return value;
  const encoded = value.slice(OPEN.length, -CLOSE.length);
  if (!BASE64.test(encoded)) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.from(encoded, 'base64'));
  } catch {
    return undefined;
  }
}
