import { isJsonObject } from './json.js';

/**
 * Writes a JSON value with the members of every object sorted by name, so that equal values give equal texts.
 *
 * Follows RFC 8785 in what it orders and how it writes strings and numbers; values that JSON has no word for are
 * written as `null`. The caller has bounded the depth.
 */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (!isJsonObject(value)) return (typeof value === 'bigint' ? undefined : JSON.stringify(value)) ?? 'null';
  let text = '{';
  for (const key of sortedKeys(value)) {
    const member = value[key];
    if (member === undefined) continue;
    text += `${text.length > 1 ? ',' : ''}${JSON.stringify(key)}:${canonicalJson(member)}`;
  }
  return `${text}}`;
}

/** Beyond so many keys, putting each where it belongs costs more than sorting. */
const FEW = 16;

/** Most objects come with few keys and many of those in order: moving them in place is cheaper than sorting. */
function sortedKeys(value: object): readonly string[] {
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
