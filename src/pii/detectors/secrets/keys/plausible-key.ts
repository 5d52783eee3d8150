import { CLASSES, hasDigit, isCrossedOut, LOWER, UPPER } from '../../../characters.js';

const FEWEST_DIFFERENT = 5;
const LONGEST_MIXTURE = 24;
/** The words of those who write about keys; a random key hardly ever holds one of them. */
const PLACEHOLDER = /example|your[-_]|your[A-Z]|here$|placeholder|redacted/i;

/**
 * Whether a key has a digit: always, always but where a short one is clearly random, or not of necessity; or a form so
 * much its own that even one character again and again is a key.
 */
export type Digits = 'required' | 'usual' | 'optional' | 'any';

/**
 * True if the body of a key may be a real one: not crossed out, not one character again and again, and without the words
 * of documentation, such as AWS's `AKIA...EXAMPLE`. What has to have a digit and has none is a description in words.
 */
export function isPlausibleKey(body: string, digits: Digits): boolean {
  return (
    (digits === 'optional' ||
      digits === 'any' ||
      body === '' ||
      hasDigit(body) ||
      (digits === 'usual' && isShortMixture(body))) &&
    (digits === 'any' || hasDifferentCharacters(body)) &&
    !isCrossedOut(body) &&
    !PLACEHOLDER.test(body)
  );
}

/** One key of twenty random letters and digits in thirty has no digit, but changes between small and capital letters. */
function isShortMixture(body: string): boolean {
  if (body.length > LONGEST_MIXTURE) {
    return false;
  }
  let changes = 0;
  let last = 0;
  for (let at = 0; at < body.length; at += 1) {
    const letterCase = (CLASSES[body.charCodeAt(at)] as number) & (LOWER | UPPER);
    changes += (letterCase | last) === (LOWER | UPPER) ? 1 : 0;
    last = letterCase;
  }
  return changes * 5 >= body.length * 2;
}

/** A set of 64 bits, kept as two numbers, is enough to count up to five. */
function hasDifferentCharacters(body: string): boolean {
  let low = 0;
  let high = 0;
  let different = 0;
  for (let at = 0; at < body.length && different < FEWEST_DIFFERENT; at += 1) {
    const code = body.charCodeAt(at);
    const bit = 1 << (code & 31);
    if ((code & 64) === 0) {
      different += (low & bit) === 0 ? 1 : 0;
      low |= bit;
    } else {
      different += (high & bit) === 0 ? 1 : 0;
      high |= bit;
    }
  }
  return different >= Math.min(FEWEST_DIFFERENT, body.length);
}
