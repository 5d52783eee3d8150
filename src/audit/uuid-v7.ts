import { randomUUID } from 'node:crypto';

/** Where the random digits of a UUID of version 4 begin, behind the digit of its version. */
const BEHIND_VERSION = 15;
let lastTime = Number.NaN;
let lastPrefix = '';

/**
 * Makes a UUID of version 7 (RFC 9562, 5.7): 48 bits of time, 74 of chance, so that ids sort by time.
 *
 * @param now - Milliseconds since 1970.
 */
export function uuidV7(now: number): string {
  if (now !== lastTime) {
    const time = Math.floor(now).toString(16).padStart(12, '0');
    lastPrefix = `${time.slice(0, 8)}-${time.slice(8)}-7`;
    lastTime = now;
  }
  // Versions 4 and 7 share the variant and everything behind it, and Node makes its random ones in batches.
  return lastPrefix + randomUUID().slice(BEHIND_VERSION);
}
