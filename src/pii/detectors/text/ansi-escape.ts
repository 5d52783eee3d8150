import type { Detector, Report } from '../../detector.js';

const ESCAPE = 0x1b;
const BELL = 0x07;
const TAB = 0x09;
const BACKSLASH = 0x5c;
const CSI = 0x9b;
const STRING_TERMINATOR = 0x9c;
/** The C1 controls that begin a sequence: DCS, SOS, CSI, OSC, PM and APC (ECMA-48, section 8.3). */
const C1_STARTS = '\u0090\u0098\u009b\u009d\u009e\u009f';
/** What stands behind ESC for the C1 controls that begin a string. */
const STRING_STARTS = 'PX]^_';
/** A control sequence: its parameters, intermediate and final characters (ECMA-48, section 5.4). */
const CONTROL_SEQUENCE = /[<=>?]?(?:\d{0,5}[;:]){0,16}\d{0,5}[ -/]{0,2}[@-~]/y;
const NEXT_INTRODUCER = '\u001b[';
/** Behind ESC: the choice of a character set (ECMA-35), or a function of one character such as `ESC c`. */
const SHORT_SEQUENCE = /[-()*+./#%][\dA-Za-z<=>@]|[78=>DEHMNOZc\\]/y;

/**
 * Finds escape sequences of terminals (ECMA-48): colours, moves of the cursor, links, titles, the clipboard, which can
 * hide or replace text where it is shown; and ESC by itself.
 *
 * A string (OSC, DCS, SOS, PM, APC) is one finding up to its terminator; what is in it is scanned like other text, for it
 * may hold an address or a secret. One that is not closed in its line is found at its introducer only.
 */
export const ansiEscapeDetector: Detector = {
  types: ['ansi_escape'],
  category: 'text',
  anchor: { at: 'character', characters: `\u001b${C1_STARTS}` },
  detect(text, at, report) {
    return text.charCodeAt(at) === ESCAPE ? atEscape(text, at, report) : atC1(text, at, report);
  },
};

function atEscape(text: string, at: number, report: Report): number {
  const next = text.charAt(at + 1);
  if (next === '[') {
    const end = endOfControlSequences(text, at + 2);
    report('ansi_escape', at, end, 0.99);
    return end;
  }
  const string = next !== '' && STRING_STARTS.includes(next) ? endOfString(text, at + 2) : 0;
  if (string > 0) {
    report('ansi_escape', at, string, 0.99);
    return at + 2;
  }
  const end = endOfShort(text, at);
  report('ansi_escape', at, end, 0.9);
  // What may be part of a word or number is read again.
  return next === '\u001b' ? end : at + 1;
}

/** A lone ESC, a short sequence, or all but the last of several ESC in a row. */
function endOfShort(text: string, at: number): number {
  SHORT_SEQUENCE.lastIndex = at + 1;
  if (SHORT_SEQUENCE.test(text)) return SHORT_SEQUENCE.lastIndex;
  if (text.charAt(at + 1) === ']') return at + 2;
  let end = at + 1;
  while (text.charCodeAt(end) === ESCAPE && text.charCodeAt(end + 1) === ESCAPE) end += 1;
  return end;
}

/** The end of the control sequence whose introducer ends at a place, and of those directly behind it. */
export function endOfControlSequences(text: string, from: number): number {
  let end = from;
  for (;;) {
    CONTROL_SEQUENCE.lastIndex = end;
    if (!CONTROL_SEQUENCE.test(text)) return end;
    end = CONTROL_SEQUENCE.lastIndex;
    if (!text.startsWith(NEXT_INTRODUCER, end)) return end;
    end += NEXT_INTRODUCER.length;
  }
}

/**
 * The C1 controls themselves count only where a whole sequence follows: in text that was decoded wrongly they stand
 * everywhere, behind another character of Latin-1.
 */
function atC1(text: string, at: number, report: Report): number {
  const before = text.charCodeAt(at - 1);
  if (before >= 0x80 && before <= 0xff) return at;
  if (text.charCodeAt(at) !== CSI) {
    const end = endOfString(text, at + 1);
    return end > 0 && report('ansi_escape', at, end, 0.9) ? at + 1 : at;
  }
  const end = endOfControlSequences(text, at + 1);
  return end > at + 1 && report('ansi_escape', at, end, 0.9) ? end : at;
}

/**
 * Behind the terminator of a string; 0 where the line, or another sequence, comes first. No two strings read the same
 * characters, as the next introducer ends the reading.
 */
function endOfString(text: string, from: number): number {
  for (let at = from; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === BELL || code === STRING_TERMINATOR) return at + 1;
    if (code === ESCAPE) return text.charCodeAt(at + 1) === BACKSLASH ? at + 2 : 0;
    if ((code < 0x20 && code !== TAB) || (code >= 0x80 && code < 0xa0)) return 0;
  }
  return 0;
}
