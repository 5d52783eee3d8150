/** A place in a JSON value, as a list linked from the place up to the root. */
export interface Place {
  readonly parent: Place | undefined;
  readonly key: string | number;
  /** What is written for the key in a path text, where the key itself may not be: `##EMAIL##`. */
  mask: string | undefined;
}

const IDENTIFIER = /^[A-Za-z_$][\w$]*$/;

/** The keys from the root to a place. */
export function keysTo(place: Place | undefined): readonly (string | number)[] {
  const keys: (string | number)[] = [];
  for (let at = place; at !== undefined; at = at.parent) {
    keys.push(at.key);
  }
  return keys.reverse();
}

/** The JSON path text of a place: `$.content[0].text`, and `$["a b"]` for a key that is no identifier. */
export function pathTo(place: Place | undefined): string {
  const steps: string[] = [];
  for (let at = place; at !== undefined; at = at.parent) {
    steps.push(stepOf(at));
  }
  return `$${steps.reverse().join('')}`;
}

function stepOf(place: Place): string {
  if (typeof place.key === 'number') {
    return `[${place.key}]`;
  }
  const key = place.mask ?? place.key;
  return IDENTIFIER.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
}
