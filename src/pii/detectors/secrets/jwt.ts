import { BASE64, BASE64URL, classAt, DASH, endOfRun, hasDigit, UNDERSCORE } from '../../characters.js';
import type { Detector } from '../../detector.js';

/** How an object begins in base64: `{` and a quote, a space or a line's end. */
const OBJECT = /^e[yw]/;
/** The base64 of the parameters that a header begins with: `{"alg"`, `{"typ"`, `{"kid"`, `{"enc"`, `{"cty"`, `{"jku"`, `{"x5…`. */
const PARAMETERS = /^eyJ(?:hbGci|0eXAi|raWQi|lbmMi|jdHki|qa3Ui|4NX)/;
const LONGEST_NAME = 32;
const FULL_STOP = 0x2e;
const SHORTEST_HEADER = 12;
const SHORTEST_PAYLOAD = 8;
/** Where the first characters say less, each segment has to be as long as that of a token with any content. */
const SHORTEST_SEGMENT = 19;
const SHORTEST_SIGNATURE = 10;
const MOST_SEGMENTS = 5;
const LONGEST_UNSECURED_HEADER = 120;
const SHORTEST_ENCODED = 60;

/**
 * Finds JSON web tokens: three base64url segments (RFC 7519), the first of which encodes `{"`, as `eyJ` does, or any
 * object, as `ey` and `ew` do if the second segment is an object, too. Also found are encrypted tokens of five segments (RFC
 * 7516), and unsecured ones, which end in a full stop and whose header says so (RFC 7519, section 6).
 *
 * A segment is read by at most five candidates (as each of five segments), which keeps the work linear.
 */
const tokenDetector: Detector = {
  types: ['jwt'],
  category: 'secret',
  anchor: { at: 'prefix', prefixes: ['ey', 'ew'] },
  detect(text, at, report) {
    if ((classAt(text, at - 1) & (DASH | UNDERSCORE)) !== 0 && !isBehindName(text, at)) {
      return at;
    }
    const header = endOfRun(text, at, BASE64URL);
    if (header - at < SHORTEST_HEADER || text.charCodeAt(header) !== FULL_STOP) {
      return at;
    }
    const end = endOfSegments(text, at, header);
    return end > at && report('jwt', at, end, 0.95) ? end : at;
  },
};

/** Finds JSON web tokens that are encoded in base64 once more, as in a Kubernetes secret: `ZXlK` encodes `eyJ`. */
const encodedTokenDetector: Detector = {
  types: ['jwt'],
  category: 'secret',
  anchor: { at: 'prefix', prefixes: ['ZXlK'] },
  detect(text, at, report) {
    const end = endOfRun(text, at, BASE64);
    return end - at >= SHORTEST_ENCODED &&
      hasDigit(text.slice(at, at + SHORTEST_ENCODED)) &&
      report('jwt', at, end, 0.9)
      ? end
      : at;
  },
};

/** Finds JSON web tokens, also those that are encoded once more. */
export const jwtDetectors: readonly Detector[] = [tokenDetector, encodedTokenDetector];

/**
 * True where a hyphen or an underscore parts a token from a name: `session-eyJ...`. The middle of a longer base64url run
 * is not where a header begins, and a run is read from few places only.
 */
function isBehindName(text: string, at: number): boolean {
  let start = at;
  while (start > 0 && at - start <= LONGEST_NAME && (classAt(text, start - 1) & BASE64URL) !== 0) {
    start -= 1;
  }
  return at - start <= LONGEST_NAME && PARAMETERS.test(text.slice(at, at + 8));
}

function endOfSegments(text: string, at: number, header: number): number {
  const ends = [header];
  while (ends.length < MOST_SEGMENTS && text.charCodeAt(ends.at(-1) as number) === FULL_STOP) {
    ends.push(endOfRun(text, (ends.at(-1) as number) + 1, BASE64URL));
  }
  const [, payload = header, signature = payload] = ends;
  const payloadLength = payload - header - 1;
  const signatureLength = signature - payload - 1;
  if (ends.length < 3) {
    return at;
  }
  if (!text.startsWith('eyJ', at)) {
    const isObject = OBJECT.test(text.slice(header + 1, header + 3)) && payloadLength >= SHORTEST_SEGMENT;
    return isObject && header - at >= SHORTEST_SEGMENT && signatureLength >= SHORTEST_SIGNATURE ? signature : at;
  }
  const last = ends.at(-1) as number;
  if (
    ends.length === MOST_SEGMENTS &&
    signatureLength >= SHORTEST_PAYLOAD &&
    last - (ends[3] as number) > SHORTEST_PAYLOAD
  ) {
    return last;
  }
  if (payloadLength < SHORTEST_PAYLOAD) {
    return at;
  }
  return signatureLength > 0 || isUnsecured(text.slice(at, header)) ? signature : at;
}

function isUnsecured(header: string): boolean {
  return (
    header.length <= LONGEST_UNSECURED_HEADER &&
    /"alg"\s*:\s*"none"/i.test(Buffer.from(header, 'base64url').toString('latin1'))
  );
}
