import { BASE64, endOfRun } from '../characters.js';
import type { Detector } from '../detector.js';

const DASHES = '-----';
const HEADER = /BEGIN (?:[A-Z0-9]{1,12} ){0,3}PRIVATE KEY(?: BLOCK)?-----/y;
/** White space, also as the escape sequences of JSON text. */
const GAP = /(?:\s|\\{1,4}[nrt]){0,16}/y;
const TEXT_HEADER = /(?:Proc-Type|DEK-Info|Version|Comment|Charset):/y;
const FOOTER_LONGEST = 64;
const LINE = 16;
const NEAR = 160;

/**
 * Finds private keys in PEM (RFC 7468) and PGP armour, up to their END line or to the end of the text where it is cut.
 *
 * A BEGIN line with nothing like a key behind it is somebody writing about keys.
 */
export const privateKeyDetector: Detector = {
  types: ['private_key'],
  category: 'secret',
  anchor: { at: 'prefix', prefixes: ['BEGIN '] },
  detect(text, at, report) {
    HEADER.lastIndex = at;
    if (!text.startsWith(DASHES, at - DASHES.length) || !HEADER.test(text)) {
      return at;
    }
    const header = HEADER.lastIndex;
    GAP.lastIndex = header;
    GAP.test(text);
    const body = GAP.lastIndex;
    const line = endOfRun(text, body, BASE64, LINE) - body;
    TEXT_HEADER.lastIndex = body;
    let footer: number;
    if (line === LINE || TEXT_HEADER.test(text)) {
      footer = text.indexOf(`${DASHES}END `, body);
    } else {
      footer = body + text.slice(body, body + NEAR).indexOf(`${DASHES}END `);
      if (footer < body || line < 3 || /^x+$/i.test(text.slice(body, body + line))) {
        return at;
      }
    }
    const end = footer < 0 ? text.length : endOfFooter(text, footer);
    return report('private_key', at - DASHES.length, end, 0.98) ? end : at;
  },
};

function endOfFooter(text: string, footer: number): number {
  const from = footer + DASHES.length;
  const closing = text.slice(from, from + FOOTER_LONGEST).indexOf(DASHES);
  return closing < 0 ? from : from + closing + DASHES.length;
}
