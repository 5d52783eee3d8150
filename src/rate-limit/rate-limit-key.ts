import { hash } from 'node:crypto';
import { canonicalJson } from '../call/canonical-json.js';
import type { Principal, ToolCall } from '../call/tool-call.js';
import { KnownKeys } from './known-keys.js';
import type { RateLimitKeyPart } from './rate-limit-rule.js';

/** A key longer than this is kept as its hash, so that a caller cannot fill memory with long names. */
const MAX_KEY_LENGTH = 128;
const ABSENT = '-';

/** How the calls of a rule are told apart. */
export interface RateLimitKey {
  /** Names what the key is made of, whatever the order it was written in; equal for equal keys only. */
  readonly scope: string;
  /** The key of one call. Two calls share it only where every part is the same; it is at most 128 characters long. */
  of(call: ToolCall): string;
}

/** A limit, and how the calls that it binds are told apart. */
export interface Keyed<T> {
  readonly key: RateLimitKey;
  readonly limit: T;
}

/**
 * Compiles the parts of a rule into a key.
 *
 * Each part is written with its length, so that no choice of names makes two calls share a key. An argument that is
 * absent is a value of its own, and so is a session or a server that is unknown. A number and the text that spells it
 * (5 and '5') are the same, as they are to most tools: otherwise a caller could double its budget. A principal that
 * only says so itself never shares a key with one that was proven.
 */
export function rateLimitKey(by: readonly RateLimitKeyPart[]): RateLimitKey {
  const parts = [...new Set(by.map(normalized))].sort();
  const readers = parts.map(reader);
  const make = (call: ToolCall): string => {
    let key = '';
    for (const read of readers) key += read(call);
    return key.length > MAX_KEY_LENGTH ? `#${digest(key)}` : key;
  };
  const scope = JSON.stringify(parts);
  if (!parts.every((part) => part === 'tool' || part === 'principal')) return { scope, of: make };
  const known = new KnownKeys(make, parts.includes('tool'), parts.includes('principal'));
  return { scope, of: (call) => known.of(call) };
}

/**
 * SHA-256 of a text, in 43 characters that are safe in any store.
 *
 * It hides a value from whoever reads the store in passing. It does not stop somebody who tries every value there is.
 */
export function digest(text: string): string {
  // UTF-8 would write all lone surrogates alike, and with them different keys.
  return hash('sha256', Buffer.from(text, 'utf16le'), 'base64url');
}

function normalized(part: RateLimitKeyPart): string {
  return part in READERS || part.startsWith('args.') ? part : `args.${part}`;
}

type Reader = (call: ToolCall) => string;

const READERS: Readonly<Record<string, Reader>> = Object.assign(Object.create(null) as Record<string, Reader>, {
  tool: (call: ToolCall) => sized(call.tool),
  server: (call: ToolCall) => sized(call.server),
  session: (call: ToolCall) => (call.sessionId === undefined ? ABSENT : sized(call.sessionId)),
  principal: (call: ToolCall) => principalText(call.principal),
});

function reader(part: string): Reader {
  const known = READERS[part];
  if (known) return known;
  const path = part.slice('args.'.length).split('.');
  return (call) => argumentText(at(call.arguments, path));
}

function principalText(principal: Principal): string {
  return `${principal.selfDeclared ? '?' : '='}${sized(principal.agent)}${sized(principal.user)}`;
}

function argumentText(value: unknown): string {
  if (value === undefined) return ABSENT;
  if (typeof value === 'string') return sized(value);
  // Members in order: a caller must not get a new budget by writing them in another one.
  const text = canonicalJson(value);
  return typeof value === 'object' && value !== null ? `j${sized(text)}` : sized(text);
}

/** Own members only: `constructor` and `__proto__` are names like any other. */
function at(value: unknown, path: readonly string[]): unknown {
  for (const name of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
    value = (value as Readonly<Record<string, unknown>>)[name];
  }
  return value;
}

function sized(text: string): string {
  return `${text.length}:${text}`;
}
