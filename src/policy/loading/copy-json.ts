import { type JsonObject, setMember } from '../../call/json.js';
import { type Place, placeAt } from './place.js';
import type { Problems } from './problems.js';

const MAX_DEPTH = 64;

/**
 * Copies a JSON value and freezes the copy: what is changed afterwards has not been checked.
 *
 * What JSON cannot say is a problem, and `null` in the copy.
 */
export function copyJson(value: unknown, place: Place, problems: Problems, depth = 0): unknown {
  if (typeof value === 'string' || typeof value === 'boolean' || value === null) return value;
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) problems.add(place, 'must be a finite number');
    return value;
  }
  if (depth >= MAX_DEPTH) {
    problems.add(place, `is nested more than ${MAX_DEPTH} levels deep`);
    return null;
  }
  if (Array.isArray(value)) {
    return Object.freeze(value.map((item, index) => copyJson(item, placeAt(place, index), problems, depth + 1)));
  }
  if (!isPlain(value)) {
    problems.add(place, 'is no value that JSON could say');
    return null;
  }
  const copy: JsonObject = {};
  for (const key of Object.keys(value)) {
    if (value[key] !== undefined) setMember(copy, key, copyJson(value[key], placeAt(place, key), problems, depth + 1));
  }
  return Object.freeze(copy);
}

/** True for an object that was written down, and not made by a class. */
export function isPlain(value: unknown): value is JsonObject {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  // Objects of another realm have another Object.prototype, which has no prototype either.
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
