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

/** Most objects come with few keys and many of those in order: looking is cheaper than sorting. */
function sortedKeys(value: object): readonly string[] {
  const keys = Object.keys(value);
  for (let at = 1; at < keys.length; at++) if ((keys[at - 1] as string) > (keys[at] as string)) return keys.sort();
  return keys;
}
