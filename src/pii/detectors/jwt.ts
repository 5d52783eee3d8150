import { BASE64URL, classAt, DASH, endOfRun, UNDERSCORE } from '../characters.js';
import type { Detector } from '../detector.js';

const FULL_STOP = 0x2e;
const SHORTEST_HEADER = 12;
const SHORTEST_PAYLOAD = 8;

/**
 * Finds JSON web tokens: three base64url segments (RFC 7519), the first of which encodes `{"`, as `eyJ` does.
 *
 * A segment is read by at most three candidates (as header, payload and signature), which keeps the work linear.
 */
export const jwtDetector: Detector = {
  types: ['jwt'],
  category: 'secret',
  anchor: { at: 'prefix', prefixes: ['eyJ'] },
  detect(text, at, report) {
    // The middle of a longer base64url run is not where a header begins.
    if ((classAt(text, at - 1) & (DASH | UNDERSCORE)) !== 0) {
      return at;
    }
    const header = endOfRun(text, at, BASE64URL);
    if (header - at < SHORTEST_HEADER || text.charCodeAt(header) !== FULL_STOP) {
      return at;
    }
    const payload = endOfRun(text, header + 1, BASE64URL);
    if (payload - header <= SHORTEST_PAYLOAD || text.charCodeAt(payload) !== FULL_STOP) {
      return at;
    }
    const end = endOfRun(text, payload + 1, BASE64URL);
    return end > payload + 1 && report('jwt', at, end, 0.95) ? end : at;
  },
};
