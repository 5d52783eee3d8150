import { isJsonObject } from './json.js';

/**
 * Writes a JSON value with the members of every object sorted by name, so that equal values give equal texts.
 *
 * Follows RFC 8785 in what it orders and how it writes strings and numbers; values that JSON has no word for are
 * written as `null`. The caller has bounded the depth.
 */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (!isJsonObject(value)) return writeScalar(value);
  let text = '{';
  for (const key of sortedKeys(value)) {
    const member = value[key];
    if (member === undefined) continue;
    text += `${text.length > 1 ? ',' : ''}${quote(key)}:${canonicalJson(member)}`;
  }
  return `${text}}`;
}

function writeScalar(value: unknown): string {
  if (typeof value === 'string') return quote(value);
  return (typeof value === 'bigint' ? undefined : JSON.stringify(value)) ?? 'null';
}

/** What stands in JSON as it is: no quote, backslash, control character or half of a surrogate pair. */
const PLAIN = /^[ !#-[\]-\ud7ff\ue000-\uffff]*$/;

/** Most keys and texts need no escape; to see that costs less than a call of `JSON.stringify` for each. */
function quote(text: string): string {
  return PLAIN.test(text) ? `"${text}"` : JSON.stringify(text);
}

/** Beyond so many keys, putting each where it belongs costs more than sorting. */
const FEW = 16;

/**
 * The names of the members of an object in the order of canonical JSON.
 *
 * Most objects come with few keys and many of those in order: moving them in place is cheaper than sorting.
 */
export function sortedKeys(value: object): readonly string[] {
  const keys = Object.keys(value);
  if (keys.length > FEW) return keys.sort();
  for (let at = 1; at < keys.length; at++) {
    const key = keys[at] as string;
    let to = at;
    for (; to > 0 && (keys[to - 1] as string) > key; to--) keys[to] = keys[to - 1] as string;
    keys[to] = key;
  }
  return keys;
}
