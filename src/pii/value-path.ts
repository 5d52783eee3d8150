/** A place in a JSON value, as a list linked from the place up to the root. */
export interface Place {
  readonly parent: Place | undefined;
  readonly key: string | number;
  /** What is written for the key in a path text, where the key itself may not be: `##EMAIL##`. */
  mask: string | undefined;
  /** The path text, once it was asked for; what is below this place shares it. */
  text?: string;
}

/** The path text of a value itself. */
export const ROOT = '$';

const IDENTIFIER = /^[A-Za-z_$][\w$]*$/;
/** What stands for the rest of a key or of a path. */
const ELLIPSIS = '…';
/** The first half of a character that was cut in two. */
const HALF_A_CHARACTER = /[\ud800-\udbff]$/;
const LONGEST_KEY = 64;
const LONGEST_PATH = 1_024;

/**
 * The JSON path text of a place: `$.content[0].text`, and `$["a b"]` for a key that is no identifier.
 *
 * It is remembered, and so is that of every container: ask only once the masks of all keys above are settled.
 */
export function pathTo(place: Place | undefined): string {
  return place === undefined ? ROOT : (place.text ??= pathBelow(pathTo(place.parent), place));
}

/**
 * The path text of a place in a container with this path text.
 *
 * Keys and paths are cut, for there may be as many findings as there are texts, and a caller chooses the keys: a path
 * that would be too long ends in an ellipsis where its container does, and is shared by all that is below.
 */
export function pathBelow(container: string, place: Place): string {
  // Only a cut path is as long as this, as it is filled up; the text itself is never read here, so it may stay in parts.
  if (container.length === LONGEST_PATH) {
    return container;
  }
  const step = stepOf(place);
  const room = LONGEST_PATH - 1 - container.length;
  return step.length <= room
    ? container + step
    : container + step.slice(0, room).replace(HALF_A_CHARACTER, ELLIPSIS) + ELLIPSIS;
}

function stepOf(place: Place): string {
  if (typeof place.key === 'number') {
    return `[${place.key}]`;
  }
  const key = place.mask ?? place.key;
  const short = key.length <= LONGEST_KEY ? key : key.slice(0, LONGEST_KEY) + ELLIPSIS;
  return IDENTIFIER.test(short) ? `.${short}` : `[${JSON.stringify(short)}]`;
}
