import type { Detector } from '../../detector.js';

/** NUL, ENQ, BACKSPACE, SHIFT OUT, SHIFT IN and DELETE: what ends, rubs out, answers or exchanges text (ECMA-48). */
const CONTROLS = '\u0000\u0005\b\u000e\u000f\u007f';
const MANY = 3;

/**
 * Finds control characters that have no place in text: three or more in a row, or between characters that are no space.
 *
 * Those that have a place are left alone: tab, the line ends, form feed, the bell, and the separators of data formats; and
 * so is what merely stands at an end, as the NUL behind a text that was copied with its terminator.
 */
export const controlCharacterDetector: Detector = {
  types: ['control_character'],
  category: 'text',
  anchor: { at: 'character', characters: CONTROLS },
  detect(text, at, report) {
    let end = at + 1;
    while (end < text.length && CONTROLS.includes(text.charAt(end))) end += 1;
    if (end - at >= MANY || !(isSpace(text, at - 1) || isSpace(text, end))) report('control_character', at, end, 0.9);
    return end;
  },
};

/** True outside the text, too. */
function isSpace(text: string, at: number): boolean {
  const code = at >= 0 && at < text.length ? text.charCodeAt(at) : 0x20;
  return code === 0x20 || (code >= 0x09 && code <= 0x0d);
}
