import { ALPHANUMERIC, classAt, DIGIT, LETTER, UNDERSCORE } from './characters.js';

const BEFORE = 48;
const BEHIND = 24;

/** What redaction has written, also where the slice cuts it: `##SSN##` is no word that says what other digits are. */
const MARK = /##[A-Z0-9_]*(?:##|$)|^[A-Z0-9_]*##/g;

/** True if a pattern matches in the few dozen characters around a place: the word `ssn` near nine digits. */
export function isNear(text: string, start: number, end: number, pattern: RegExp): boolean {
  return pattern.test(before(text, start)) || pattern.test(withoutMarks(text.slice(end, end + BEHIND)));
}

/** True if a pattern, anchored at its end, matches what stands directly before a place, at most `reach` characters of it. */
export function isBefore(text: string, start: number, pattern: RegExp, reach = BEFORE): boolean {
  return pattern.test(before(text, start, reach));
}

/** What stands before a place, without the piece of a word at its beginning: of `context` no `text` may remain. */
function before(text: string, start: number, reach = BEFORE): string {
  let from = Math.max(0, start - reach);
  while (from > 0 && from < start && (classAt(text, from) & LETTER) !== 0 && (classAt(text, from - 1) & LETTER) !== 0) {
    from += 1;
  }
  return withoutMarks(text.slice(from, start));
}

function withoutMarks(text: string): string {
  return text.includes('##') ? text.replace(MARK, '#') : text;
}

/**
 * True if digits go on into something longer on either side: a decimal fraction, a hyphenated order number, a word.
 *
 * The engine has made sure that no letter or digit stands directly before the start.
 */
export function isPartOfLonger(text: string, start: number, end: number): boolean {
  const next = classAt(text, end);
  if ((next & (ALPHANUMERIC | UNDERSCORE)) !== 0 || text.charAt(start - 1) === '_') {
    return true;
  }
  const ahead = text.charAt(start - 1);
  if (ahead === '-' || ahead === '/') {
    if (
      (classAt(text, start - 2) & DIGIT) !== 0 ||
      (ahead === '-' && (classAt(text, start - 2) & ALPHANUMERIC) !== 0)
    ) {
      return true;
    }
  }
  if (ahead === '.' && (classAt(text, start - 2) & DIGIT) !== 0) {
    return true;
  }
  const behind = text.charAt(end);
  const further = classAt(text, end + 1);
  return (
    (behind === '-' && (further & ALPHANUMERIC) !== 0) ||
    ((behind === '.' || behind === '/') && (further & DIGIT) !== 0)
  );
}
