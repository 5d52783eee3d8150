import { types } from 'node:util';
import { isOwn, type JsonObject, setMember } from '../call/json.js';

/** What a value may weigh. */
export interface Allowance {
  readonly maxBytes: number;
  readonly maxDepth: number;
  readonly maxKeys: number;
}

/** What weighing a value found. */
export interface Weight {
  /** What there is too much of, in words for an error text; undefined where the value is within its allowance. */
  excess: string | undefined;
  /** False where JSON writes the value differently than it is: a Date, a bigint, a Map, anything with `toJSON`. */
  plain: boolean;
}

/** Added for every value: its quotes, comma, brackets or digits. */
const BYTES_EACH = 4;

/**
 * Weighs a JSON value and stops at the first excess, so that weighing costs no more than the allowance, whatever comes.
 *
 * Bytes are those of the JSON text to within its punctuation: the UTF-8 length of all keys and strings, and 4 for each
 * value. What is within the allowance even by the most it could take is not weighed exactly.
 */
export function weigh(value: unknown, allowance: Allowance): Weight {
  const roughly = weighBy(false, value, allowance);
  return roughly.excess === undefined ? roughly : weighBy(true, value, allowance);
}

function weighBy(exact: boolean, value: unknown, allowance: Allowance): Weight {
  const scale: Scale = { excess: undefined, plain: true, bytes: 0, keys: 0, exact, allowance };
  add(scale, value, 0);
  return scale;
}

/** A weighing under way. */
interface Scale extends Weight {
  bytes: number;
  keys: number;
  /** False: texts count for the most they could take. */
  readonly exact: boolean;
  readonly allowance: Allowance;
}

function add(scale: Scale, value: unknown, depth: number): void {
  addBytes(scale, BYTES_EACH);
  if (typeof value === 'string') {
    addText(scale, value);
  } else if (typeof value === 'object' && value !== null) {
    const { maxDepth } = scale.allowance;
    if (depth >= maxDepth) scale.excess = `nested deeper than ${maxDepth} levels`;
    else if (Array.isArray(value)) addItems(scale, value, depth);
    else addMembers(scale, value as JsonObject, depth);
  } else if (typeof value === 'bigint' || typeof value === 'function' || typeof value === 'symbol') {
    scale.plain = false;
  }
}

function addItems(scale: Scale, items: readonly unknown[], depth: number): void {
  // JSON asks an array for its `toJSON` as it does any object.
  if (typeof (items as { toJSON?: unknown }).toJSON === 'function') scale.plain = false;
  for (let at = 0; at < items.length && scale.excess === undefined; at++) add(scale, items[at], depth + 1);
}

function addMembers(scale: Scale, members: JsonObject, depth: number): void {
  const { maxKeys } = scale.allowance;
  if (typeof members['toJSON'] === 'function') scale.plain = false;
  if (Object.getPrototypeOf(members) !== Object.prototype) {
    // Before its keys are listed, which would cost a text for every one of its bytes.
    if (types.isTypedArray(members) && scale.keys + members.length > maxKeys) {
      scale.excess = `more than ${maxKeys} keys`;
      return;
    }
    if (isSpecial(members)) scale.plain = false;
  }
  for (const key in members) {
    if (!isOwn(members, key)) continue;
    scale.keys++;
    addText(scale, key);
    if (scale.keys > maxKeys) scale.excess = `more than ${maxKeys} keys`;
    if (scale.excess !== undefined) return;
    add(scale, members[key], depth + 1);
  }
}

/** True for an object, not of the usual kind, of which JSON may write something else than its members. */
function isSpecial(members: JsonObject): boolean {
  // A boxed primitive is written as the primitive; of a boxed string, the members are only single characters.
  if (types.isBoxedPrimitive(members) || ArrayBuffer.isView(members)) return true;
  // A Map, a Set or an error keeps what it holds out of its members, and is written as `{}`.
  const keys = Object.keys(members);
  // What `JSON.rawJSON` makes is written as the JSON text that it holds.
  return keys.length === 0 || (keys.length === 1 && keys[0] === 'rawJSON');
}

/** No UTF-16 unit takes more than three bytes of UTF-8. */
function addText(scale: Scale, text: string): void {
  addBytes(scale, scale.exact ? Buffer.byteLength(text) : text.length * 3);
}

function addBytes(scale: Scale, bytes: number): void {
  scale.bytes += bytes;
  if (scale.bytes > scale.allowance.maxBytes) scale.excess = `larger than ${scale.allowance.maxBytes} bytes`;
}

/** Copies a JSON value that was weighed before; a `__proto__` key stays a plain key. */
export function copyJson<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(copyJson) as T;
  const copy: JsonObject = {};
  for (const key in value) if (isOwn(value, key)) setMember(copy, key, copyJson((value as JsonObject)[key]));
  return copy as T;
}
