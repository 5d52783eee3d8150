import { stripVTControlCharacters } from 'node:util';
import { redactText } from '../../pii/redact.js';
import type { RegexPIIScanner } from '../../pii/regex-pii-scanner.js';

const WHITE_SPACE = /[\t\n\r ]+/g;
/** Control and format characters, halves of characters, and the two separators of lines that are no line feed. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/gu;

/**
 * A text as one line that does nothing to a terminal: escape sequences are gone, and what cannot be seen is a dot.
 *
 * Whoever wrote the scanned text could otherwise recolour, hide or overwrite what stands beside it.
 */
export function harmless(text: string): string {
  return stripVTControlCharacters(text).replace(WHITE_SPACE, ' ').replace(INVISIBLE, '·');
}

/** A word of the command line as it may be shown: people do give the text itself where a file's name belongs. */
export function shownWord(word: string, scanner: RegexPIIScanner): string {
  return harmless(redactText(word, scanner.scan(word)));
}
