import { isJsonObject, type JsonObject, setMember } from '../call/json.js';
import { copyJson } from './measure.js';

/** What is written in place of a masked argument. */
export const MASKED = '##MASKED##';

/** A copy of arguments as records and approvers may see them. */
export type ArgumentMask = (args: JsonObject) => JsonObject;

/**
 * Makes the mask of a tool: gives back a copy of arguments in which `##MASKED##` stands in place of what the paths name.
 *
 * @param paths - `body`, `headers.authorization`; `*` is every member of an object and every item of a list:
 *   `headers.*`, `items.*.token`. A path that leads nowhere masks nothing.
 */
export function createArgumentMask(paths: readonly string[]): ArgumentMask {
  const steps = paths.map((path) => path.split('.'));
  return (args) => {
    const copy = copyJson(args);
    for (const path of steps) mask(copy, path, 0);
    return copy;
  };
}

function mask(value: unknown, path: readonly string[], at: number): void {
  if (typeof value !== 'object' || value === null) return;
  const step = path[at] as string;
  const keys = step === '*' ? Object.keys(value) : Object.hasOwn(value, step) ? [step] : [];
  for (const key of keys) {
    if (at < path.length - 1) mask((value as JsonObject)[key], path, at + 1);
    else if (isJsonObject(value)) setMember(value, key, MASKED);
    else if (Number.isInteger(Number(key))) (value as unknown[])[Number(key)] = MASKED;
  }
}
