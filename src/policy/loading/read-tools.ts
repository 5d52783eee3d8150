import { isGlob } from '../../call/glob.js';
import { type JsonObject, setMember } from '../../call/json.js';
import { isPlain } from './copy-json.js';
import { type Place, placeAt } from './place.js';
import type { Problems } from './problems.js';

/** Reads a table of servers and their tools; `read` reads what stands behind a tool. The result is frozen. */
export function readToolTable(
  value: unknown,
  place: Place,
  problems: Problems,
  read: (value: unknown, place: Place) => unknown,
  keys: 'globs' | 'names',
): JsonObject | undefined {
  const readLevel = (level: unknown, at: Place, what: string, next: (value: unknown, place: Place) => unknown) => {
    if (!isPlain(level)) {
      problems.add(at, `${level === null ? 'has no value: it ' : ''}must be a mapping of ${what}`);
      return undefined;
    }
    const table: JsonObject = {};
    for (const key of Object.keys(level)) {
      const here = placeAt(at, key);
      if (key === '') problems.add(here, 'must not be an empty name', 'key');
      if (keys === 'names' && key !== '*' && isGlob(key)) {
        problems.add(here, `'${key}' is a glob: here stand names and '*'. Write a rule for it`, 'key');
      }
      setMember(table, key, next(level[key], here));
    }
    return Object.freeze(table);
  };
  return readLevel(value, place, 'servers to their tools', (server, at) =>
    readLevel(server, at, keys === 'names' ? 'tools to actions' : 'tools to settings', read),
  );
}
