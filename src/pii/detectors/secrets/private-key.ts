import { BASE64, endOfRun } from '../../characters.js';
import type { Detector, Report } from '../../detector.js';

const DASHES = '-----';
/** The dashes of SSH2 (RFC 4716): four, and a space. */
const FOUR_DASHES = '---- ';
const HEADER = /BEGIN (?:(?:[A-Z0-9]{1,12} ){0,3}PRIVATE KEY(?: BLOCK)?|OpenVPN Static key V\d) ?-----?/y;
/** White space, also as the escape sequences of JSON text. */
const GAP = /(?:\s|\\{1,4}[nrt]){0,32}/y;
/** What stands between the lines of a key in source code: quotes, and signs that join texts. */
const SOURCE_GAP = /(?:\\{1,4}[nrt]|[\s"'+.,#>|\\]){0,64}/y;
/** What numbers a line where a program shows a file: `cat -n`, `nl`, `grep -n`, which names the file, too, and editors. */
const LINE_NUMBER =
  /(?:[\w./-]{1,200}[:-]|(?:\\{1,4}t|[\t ]){0,8})\d{1,7}(?:[:-]|\.[\t ]|(?:\\{1,4}t|[\t ]){0,4}[|│→]?)(?:\\{1,4}t|[\t ]){0,4}/y;
/** The end of a line, also as JSON text escapes it. */
const LINE_END = /(?:\r?\n|(?:\\{1,4}r)?\\{1,4}n)/y;
const TEXT_HEADER = /(?:Proc-Type|DEK-Info|Version|Comment|Charset|Subject):/y;
const FOOTER_LONGEST = 64;
const LINE = 16;
const NEAR = 160;

const PUTTY_HEADER = /PuTTY-User-Key-File-[1-3]: ?[\w@.-]{1,60}/y;
const PUTTY_PRIVATE = /Private-MAC: ?[0-9a-f]{1,128}/i;
const PUTTY_LONGEST = 6_000;

/**
 * Finds private keys in PEM (RFC 7468), in PGP armour (RFC 9580) and in the forms of SSH2 (RFC 4716) and of OpenVPN's
 * static keys, up to their END line or to the end of the text where it is cut. Their lines may carry numbers.
 *
 * A BEGIN line with nothing like a key behind it is somebody writing about keys.
 */
const armourDetector: Detector = {
  types: ['private_key'],
  category: 'secret',
  anchor: { at: 'prefix', prefixes: ['BEGIN '] },
  detect(text, at, report) {
    HEADER.lastIndex = at;
    const dashes = text.startsWith(DASHES, at - DASHES.length) || text.startsWith(FOUR_DASHES, at - DASHES.length);
    if (!dashes || !HEADER.test(text)) {
      return at;
    }
    return reportArmour(text, at - DASHES.length, HEADER.lastIndex, report) ?? at;
  },
};

/** Finds private keys in PuTTY's own form (PuTTY manual, appendix C, "PPK file format"). */
const puttyDetector: Detector = {
  types: ['private_key'],
  category: 'secret',
  anchor: { at: 'prefix', prefixes: ['PuTTY-User-Key-File-'] },
  detect(text, at, report) {
    PUTTY_HEADER.lastIndex = at;
    if (!PUTTY_HEADER.test(text)) {
      return at;
    }
    const header = PUTTY_HEADER.lastIndex;
    const last = PUTTY_PRIVATE.exec(text.slice(header, header + PUTTY_LONGEST));
    const end = last === null ? header : header + last.index + last[0].length;
    return report('private_key', at, end, 0.95) ? end : at;
  },
};

/** Finds private keys. */
export const privateKeyDetectors: readonly Detector[] = [armourDetector, puttyDetector];

function reportArmour(text: string, start: number, header: number, report: Report): number | undefined {
  const footerBegins = `${text.slice(start, start + DASHES.length)}END `;
  const body = startOfBody(text, header);
  const line = endOfRun(text, body, BASE64, LINE) - body;
  let footer: number;
  if (line === LINE || endOf(TEXT_HEADER, text, body) > body || isLineOfSource(text, header)) {
    footer = text.indexOf(footerBegins, body);
  } else {
    footer = body + text.slice(body, body + NEAR).indexOf(footerBegins);
    if (footer < body || line < 3 || /^x+$/i.test(text.slice(body, body + line))) {
      return undefined;
    }
  }
  const end = footer < 0 ? text.length : endOfFooter(text, footer);
  return report('private_key', start, end, 0.98) ? end : undefined;
}

/** Where the first line of a key begins: behind white space and, where a program has numbered the lines, behind that. */
function startOfBody(text: string, header: number): number {
  const line = endOf(LINE_END, text, header);
  const body = line > header ? endOf(LINE_NUMBER, text, line) : header;
  return body > line && (isLineOfKey(text, body) || endOf(TEXT_HEADER, text, body) > body)
    ? body
    : endOf(GAP, text, header);
}

function isLineOfKey(text: string, at: number): boolean {
  return endOfRun(text, at, BASE64, LINE) === at + LINE;
}

function isLineOfSource(text: string, header: number): boolean {
  const body = endOf(SOURCE_GAP, text, header);
  return isLineOfKey(text, body);
}

/** Where a sticky pattern ends that is tried at an index; the index itself if it fits not at all. */
function endOf(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : at;
}

function endOfFooter(text: string, footer: number): number {
  const from = footer + DASHES.length;
  const closing = /-{4,5}/.exec(text.slice(from, from + FOOTER_LONGEST));
  return closing === null ? from : from + closing.index + closing[0].length;
}
