import { randomUUID } from 'node:crypto';

/** Where the variant of a UUID begins, with the hyphen before it. */
const VARIANT = 18;
/** How many ids of one millisecond share their random part: what the 12 bits behind the version can count. */
const MOST = 4096;

let lastTime = Number.NaN;
let prefix = '';
let random = '';
let count = 0;

/**
 * Makes a UUID of version 7 (RFC 9562, 5.7): 48 bits of time, 12 that count within the millisecond (6.2, method 1) and
 * 62 of chance, so that the ids of one process sort in the order in which they were made.
 *
 * @param now - Milliseconds since 1970; a fraction is cut off.
 */
export function uuidV7(now: number): string {
  if (now !== lastTime || count === MOST) {
    const time = Math.floor(now).toString(16).padStart(12, '0');
    lastTime = now;
    prefix = `${time.slice(0, 8)}-${time.slice(8)}-7`;
    random = randomUUID().slice(VARIANT);
    count = 0;
  }
  const counted = count.toString(16);
  count += 1;
  return prefix + (counted.length === 3 ? counted : counted.padStart(3, '0')) + random;
}
