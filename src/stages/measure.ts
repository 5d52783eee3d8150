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
  /** A copy of the value, made of the very members that were weighed; the value itself where none was asked for. */
  copy: unknown;
}

/** Added for every value: its quotes, comma, brackets or digits. */
const BYTES_EACH = 4;

/**
 * Weighs a JSON value and stops at the first excess, so that weighing costs no more than the allowance, whatever comes.
 *
 * Bytes are those of the JSON text to within its punctuation: the UTF-8 length of all keys and strings, and 4 for each
 * value. What is within the allowance even by the most it could take is not weighed exactly.
 *
 * @param copies - True for a copy: a getter may give another member each time it is asked.
 */
export function weigh(value: unknown, allowance: Allowance, copies = false): Weight {
  const roughly = weighBy(false, value, allowance, copies);
  return roughly.excess === undefined ? roughly : weighBy(true, value, allowance, copies);
}

function weighBy(exact: boolean, value: unknown, allowance: Allowance, copies: boolean): Weight {
  const scale: Scale = { excess: undefined, plain: true, copy: value, bytes: 0, keys: 0, exact, copies, allowance };
  scale.copy = add(scale, value, 0);
  return scale;
}

/** A weighing under way. */
interface Scale extends Weight {
  bytes: number;
  keys: number;
  /** False: texts count for the most they could take. */
  readonly exact: boolean;
  readonly copies: boolean;
  readonly allowance: Allowance;
}

/** Weighs a value; gives back its copy, where copies are made. */
function add(scale: Scale, value: unknown, depth: number): unknown {
  if (typeof value === 'string') {
    addBytes(scale, BYTES_EACH + sizeOf(scale, value));
    return value;
  }
  addBytes(scale, BYTES_EACH);
  if (typeof value === 'object' && value !== null) {
    const { maxDepth } = scale.allowance;
    if (depth < maxDepth) return Array.isArray(value) ? addItems(scale, value, depth) : addMembers(scale, value, depth);
    scale.excess = `nested deeper than ${maxDepth} levels`;
  } else if (typeof value === 'bigint' || typeof value === 'function' || typeof value === 'symbol') {
    scale.plain = false;
  }
  return value;
}

function addItems(scale: Scale, items: readonly unknown[], depth: number): unknown {
  // JSON asks an array for its `toJSON` as it does any object.
  if (typeof (items as { toJSON?: unknown }).toJSON === 'function') scale.plain = false;
  const copy: unknown[] | undefined = scale.copies ? [] : undefined;
  for (let at = 0; at < items.length && scale.excess === undefined; at++) {
    const added = add(scale, items[at], depth + 1);
    if (copy !== undefined) copy.push(added);
  }
  return copy ?? items;
}

function addMembers(scale: Scale, value: object, depth: number): unknown {
  const members = value as JsonObject;
  const { maxKeys } = scale.allowance;
  if (typeof members['toJSON'] === 'function') scale.plain = false;
  if (Object.getPrototypeOf(members) !== Object.prototype) {
    // Before its keys are listed, which would cost a text for every one of its bytes.
    if (types.isTypedArray(members) && scale.keys + members.length > maxKeys) {
      scale.excess = `more than ${maxKeys} keys`;
      return members;
    }
    if (isSpecial(members)) scale.plain = false;
  }
  const copy: JsonObject | undefined = scale.copies ? {} : undefined;
  for (const key in members) {
    if (!isOwn(members, key)) continue;
    scale.keys++;
    scale.bytes += sizeOf(scale, key);
    if (scale.keys > maxKeys) scale.excess = `more than ${maxKeys} keys`;
    if (scale.excess !== undefined) break;
    const added = add(scale, members[key], depth + 1);
    if (copy !== undefined) setMember(copy, key, added);
  }
  return copy ?? members;
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
function sizeOf({ exact }: Scale, text: string): number {
  return exact ? Buffer.byteLength(text) : text.length * 3;
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
