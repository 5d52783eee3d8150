import { hash } from 'node:crypto';
import { canonicalJson, sortedKeys } from './canonical-json.js';
import { isJsonObject, type JsonObject } from './json.js';

/** Longer values are few, and hashing them costs more than writing them. */
const ROOM = 4096;
const bytes = new Uint8Array(ROOM);
/** Where writing is given up: what is put behind the room is dropped. */
const NOWHERE = ROOM;

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
/** The characters that JSON writes as they are and UTF-8 as one byte. */
const PLAIN = Uint8Array.from({ length: 65_536 }, (_, code) =>
  code >= 0x20 && code < 0x7f && code !== QUOTE && code !== 0x5c ? 1 : 0,
);

/**
 * SHA-256 over the canonical JSON of a value, in hex.
 *
 * Short values of plain ASCII, which are most, are written straight into bytes: a text put together of many parts would
 * be copied twice more before it is hashed.
 */
export function canonicalHash(value: unknown): string {
  const end = write(value, 0);
  return hash('sha256', end < NOWHERE ? new Uint8Array(bytes.buffer, 0, end) : canonicalJson(value));
}

/** Writes a value from a place on, and gives back where it ends. */
function write(value: unknown, at: number): number {
  if (typeof value === 'string') return writeText(value, at);
  if (isJsonObject(value)) return writeMembers(value, at);
  if (Array.isArray(value)) return writeItems(value, at);
  return writeWord(Number.isFinite(value) ? String(value) : canonicalJson(value), at);
}

function writeItems(items: readonly unknown[], at: number): number {
  let end = put(0x5b, at);
  for (let index = 0; index < items.length && end < NOWHERE; index++) {
    if (index > 0) end = put(COMMA, end);
    end = write(items[index], end);
  }
  return put(0x5d, end);
}

function writeMembers(members: JsonObject, at: number): number {
  const keys = sortedKeys(members);
  let end = put(0x7b, at);
  let isFirst = true;
  for (let index = 0; index < keys.length && end < NOWHERE; index++) {
    const key = keys[index] as string;
    if (members[key] === undefined) continue;
    if (!isFirst) end = put(COMMA, end);
    isFirst = false;
    end = write(members[key], put(COLON, writeText(key, end)));
  }
  return put(0x7d, end);
}

function writeText(text: string, at: number): number {
  return put(QUOTE, writeWord(text, put(QUOTE, at)));
}

function writeWord(text: string, at: number): number {
  const { length } = text;
  if (at + length >= NOWHERE) return NOWHERE;
  let isPlain = 1;
  for (let index = 0; index < length; index++) {
    const code = text.charCodeAt(index);
    isPlain &= PLAIN[code] as number;
    bytes[at + index] = code;
  }
  return isPlain === 1 ? at + length : NOWHERE;
}

function put(code: number, at: number): number {
  bytes[at] = code;
  return at + 1;
}
