/** Deeper than anything on the wire has to be, and far from the end of the stack. */
export const MAX_JSON_DEPTH = 100;

/** A JSON object as it came off the wire: string keys, any value. */
export type JsonObject = Record<string, unknown>;

/** True for a value that is an object and neither `null` nor an array. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * True for a member of the object itself. For the body of a `for ... in`, which walks an object without making a list of
 * its keys first; of all ways to ask, engines know this one there.
 */
export function isOwn(value: object, key: string): boolean {
  return Object.prototype.hasOwnProperty.call(value, key);
}

/**
 * Writes one member of a JSON object as a plain key, whatever its name.
 *
 * `target['__proto__'] = value` would swap the prototype instead of storing a member (ECMA-262 B.2.2.1), so that name
 * alone goes through `defineProperty`.
 */
export function setMember(target: JsonObject, key: string, value: unknown): void {
  if (key === '__proto__') {
    Object.defineProperty(target, key, { value, writable: true, enumerable: true, configurable: true });
  } else {
    target[key] = value;
  }
}
