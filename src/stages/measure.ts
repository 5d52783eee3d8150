import { type JsonObject, setMember } from '../call/json.js';

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
  /** False where JSON writes the value differently than it is: a Date, a bigint, an object with `toJSON`. */
  plain: boolean;
  bytes: number;
  keys: number;
}

/** Added for every value: its quotes, comma, brackets or digits. */
const BYTES_EACH = 4;

/**
 * Weighs a JSON value and stops at the first excess, so that weighing costs no more than the allowance, whatever comes.
 *
 * Bytes are those of the JSON text to within its punctuation: the UTF-8 length of all keys and strings, and 4 for each
 * value.
 */
export function weigh(value: unknown, allowance: Allowance): Weight {
  const weight: Weight = { excess: undefined, plain: true, bytes: 0, keys: 0 };
  add(weight, value, 0, allowance);
  return weight;
}

function add(weight: Weight, value: unknown, depth: number, allowance: Allowance): void {
  addBytes(weight, BYTES_EACH, allowance);
  if (typeof value === 'string') {
    addBytes(weight, Buffer.byteLength(value), allowance);
  } else if (typeof value === 'object' && value !== null) {
    if (depth >= allowance.maxDepth) weight.excess = `nested deeper than ${allowance.maxDepth} levels`;
    else if (Array.isArray(value)) addItems(weight, value, depth, allowance);
    else addMembers(weight, value as JsonObject, depth, allowance);
  } else if (typeof value === 'bigint' || typeof value === 'function' || typeof value === 'symbol') {
    weight.plain = false;
  }
}

function addItems(weight: Weight, items: readonly unknown[], depth: number, allowance: Allowance): void {
  for (let at = 0; at < items.length && weight.excess === undefined; at++) add(weight, items[at], depth + 1, allowance);
}

function addMembers(weight: Weight, members: JsonObject, depth: number, allowance: Allowance): void {
  if (typeof members['toJSON'] === 'function') weight.plain = false;
  for (const key of Object.keys(members)) {
    weight.keys++;
    addBytes(weight, Buffer.byteLength(key), allowance);
    if (weight.keys > allowance.maxKeys) weight.excess = `more than ${allowance.maxKeys} keys`;
    if (weight.excess !== undefined) return;
    add(weight, members[key], depth + 1, allowance);
  }
}

function addBytes(weight: Weight, bytes: number, allowance: Allowance): void {
  weight.bytes += bytes;
  if (weight.bytes > allowance.maxBytes) weight.excess = `larger than ${allowance.maxBytes} bytes`;
}

/** Copies a JSON value that was weighed before; a `__proto__` key stays a plain key. */
export function copyJson<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(copyJson) as T;
  const copy: JsonObject = {};
  for (const key of Object.keys(value)) setMember(copy, key, copyJson((value as JsonObject)[key]));
  return copy as T;
}
