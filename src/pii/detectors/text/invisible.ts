import { ALPHANUMERIC, classAt, DIGIT } from '../../characters.js';
import type { Detector, Report } from '../../detector.js';
import { isSuspectOpener } from './direction.js';
import { INVISIBLE, type InvisibleRun, readInvisibleRun } from './invisible-run.js';

/** The fewest in a row that no script and no emoji needs. */
const MANY = 3;
/** Direction marks and closing brackets come in small heaps where texts are put together. */
const VERY_MANY = 8;
const BYTE_ORDER_MARK = 0xfeff;
const SOFT_HYPHEN = 0xad;
const BLACK_FLAG = '\ud83c\udff4';
/** What makes the flags of England, Scotland and Wales of a black flag: the only ones for general use (UTS #51). */
const FLAG_TAGS: readonly string[] = ['gbeng', 'gbsct', 'gbwls'].map((region) => tagsOf(`${region}\u007f`));

/**
 * Finds text that nobody sees and a model reads, and characters that make text look other than it reads.
 *
 * - `unicode_tags`: tag characters (U+E0000 to U+E007F) outside the emoji flags that they are for (UTS #51).
 * - `variation_selectors`: two or more in a row; one alone belongs to the character before it (UTS #37, UTS #51).
 * - `zero_width`: three or more invisible characters in a row, or one inside a word or number of a script that has no
 *   use for it there. Joiners in emoji, in Persian and in the scripts of India, breaks in Thai and hyphenation are none.
 * - `bidi_override`: an override (U+202D, U+202E) wherever it stands, and any other opener that is not closed in its
 *   line or has nothing to order (UAX #9; CVE-2021-42574).
 */
export const invisibleDetector: Detector = {
  types: ['unicode_tags', 'variation_selectors', 'zero_width', 'bidi_override'],
  category: 'text',
  anchor: { at: 'character', characters: INVISIBLE },
  detect(text, at, report) {
    const start = startOfRun(text, at);
    const run = readInvisibleRun(text, start);
    if (run.end > start) judge(text, start, run, report);
    // Also where nothing was found: the same run is not read again.
    return run.end;
  },
};

/** Behind a byte order mark that begins the text, and behind the tags of a flag. */
function startOfRun(text: string, at: number): number {
  if (at === 0 && text.charCodeAt(0) === BYTE_ORDER_MARK) return 1;
  if (!text.endsWith(BLACK_FLAG, at)) return at;
  const tags = FLAG_TAGS.find((each) => text.startsWith(each, at));
  return at + (tags?.length ?? 0);
}

function judge(text: string, start: number, run: InvisibleRun, report: Report): void {
  const { end, tags, selectors, zeroWidths, marks, brackets, overrides } = run;
  const all = selectors + zeroWidths + marks + brackets;
  // Each only where the one before is switched off or not there.
  const whole =
    (tags > 0 && report('unicode_tags', start, end, 0.99)) ||
    (overrides > 0 && report('bidi_override', start, end, 0.95)) ||
    (selectors > 1 && report('variation_selectors', start, end, 0.95)) ||
    (isHiding(text, start, run, all) && report('zero_width', start, end, 0.9)) ||
    (brackets >= VERY_MANY && report('bidi_override', start, end, 0.8));
  if (whole || brackets === 0) return;
  for (let at = start; at < end; at += 1) {
    if (isSuspectOpener(text, at)) report('bidi_override', at, at + 1, 0.8);
  }
}

function isHiding(text: string, start: number, run: InvisibleRun, all: number): boolean {
  const { end, selectors, zeroWidths, marks } = run;
  if (zeroWidths + selectors >= MANY || all >= VERY_MANY) return true;
  if (zeroWidths + selectors + marks === 0) return false;
  // A soft hyphen is where a word may be divided, but no number is.
  if (end - start === 1 && text.charCodeAt(start) === SOFT_HYPHEN) {
    return (classAt(text, start - 1) & classAt(text, end) & DIGIT) !== 0;
  }
  return isWordCharacter(text, end) && isWordCharacter(text, start - 1) && !isEscapeLetter(text, start - 1);
}

/** A letter of a script that never needs invisible characters, Latin, Greek or Cyrillic, or an ASCII digit. */
function isWordCharacter(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  if (code < 0x80) return (classAt(text, at) & ALPHANUMERIC) !== 0;
  return (code >= 0xc0 && code <= 0x24f && code !== 0xd7 && code !== 0xf7) || (code >= 0x386 && code <= 0x52f);
}

/** The letter of an escape sequence of JSON text: `\n`. */
function isEscapeLetter(text: string, at: number): boolean {
  return text.charCodeAt(at - 1) === 0x5c && 'nrtbf'.includes(text.charAt(at));
}

function tagsOf(ascii: string): string {
  return String.fromCodePoint(...Array.from(ascii, (character) => 0xe0000 + character.charCodeAt(0)));
}
