const ALPHABET = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l';
const GENERATORS = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3];
const BECH32 = 1;
const BECH32M = 0x2bc830a3;

/**
 * True for a text whose last six characters check it: a prefix, the digit one, and characters of the alphabet of bech32
 * (BIP 173) or bech32m (BIP 350). Capital and small letters may not be mixed.
 */
export function passesBech32(text: string): boolean {
  const lower = text.toLowerCase();
  const divide = lower.lastIndexOf('1');
  if (divide < 1 || (text !== lower && text !== text.toUpperCase())) {
    return false;
  }
  let check = 1;
  for (let at = 0; at < divide; at += 1) {
    check = next(check, lower.charCodeAt(at) >> 5);
  }
  check = next(check, 0);
  for (let at = 0; at < divide; at += 1) {
    check = next(check, lower.charCodeAt(at) & 31);
  }
  for (let at = divide + 1; at < lower.length; at += 1) {
    const value = ALPHABET.indexOf(lower.charAt(at));
    if (value < 0) {
      return false;
    }
    check = next(check, value);
  }
  return check === BECH32 || check === BECH32M;
}

function next(check: number, value: number): number {
  let result = ((check & 0x1ffffff) << 5) ^ value;
  for (let bit = 0; bit < GENERATORS.length; bit += 1) {
    result ^= (check >>> (25 + bit)) & 1 ? (GENERATORS[bit] as number) : 0;
  }
  return result;
}
