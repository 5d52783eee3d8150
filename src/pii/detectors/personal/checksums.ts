/** The digits of a number, each as its value. */
export type Digits = ArrayLike<number>;

/** The sum of digits, each times the weight at its place; digits without a weight do not count. */
export function weighted(digits: Digits, weights: readonly number[]): number {
  let sum = 0;
  for (let at = 0; at < weights.length; at += 1) {
    sum += digitAt(digits, at) * (weights[at] as number);
  }
  return sum;
}

/** The number that some of the digits make, as they are read. */
export function valueOf(digits: Digits, start: number, end: number): number {
  let value = 0;
  for (let at = start; at < end; at += 1) {
    value = value * 10 + digitAt(digits, at);
  }
  return value;
}

/** The remainder of a number of any length, some of whose digits these are (ISO/IEC 7064, pure systems). */
export function remainderOf(digits: Digits, start: number, end: number, divisor: number): number {
  let remainder = 0;
  for (let at = start; at < end; at += 1) {
    remainder = (remainder * 10 + digitAt(digits, at)) % divisor;
  }
  return remainder;
}

/** True if digits end in the check digit of Luhn (ISO/IEC 7812-1, annex B); `before` is the sum of what stands ahead. */
export function passesLuhn(digits: Digits, start: number, end: number, before = 0): boolean {
  let sum = before;
  for (let at = end - 1; at >= start; at -= 1) {
    const digit = digitAt(digits, at);
    const doubled = (end - at) % 2 === 0 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}

/** True if digits end in the check digit of the hybrid system MOD 11,10 (ISO/IEC 7064). */
export function passesMod11And10(digits: Digits, count: number): boolean {
  let product = 10;
  for (let at = 0; at < count - 1; at += 1) {
    const sum = (digitAt(digits, at) + product) % 10;
    product = ((sum === 0 ? 10 : sum) * 2) % 11;
  }
  return (11 - product) % 10 === digitAt(digits, count - 1);
}

/** The products of the dihedral group of ten elements, a row for each left side (Verhoeff, 1969). */
const PRODUCTS = [
  '0123456789',
  '1234067895',
  '2340178956',
  '3401289567',
  '4012395678',
  '5987604321',
  '6598710432',
  '7659821043',
  '8765932104',
  '9876543210',
];
/** What becomes of a digit at each place, counted from the right. */
const PERMUTATIONS = [
  '0123456789',
  '1576283094',
  '5803796142',
  '8916043527',
  '9453126870',
  '4286573901',
  '2793806415',
  '7046913258',
];

/** True if digits end in the check digit of Verhoeff (J. Verhoeff, Error Detecting Decimal Codes, 1969). */
export function passesVerhoeff(digits: Digits, count: number): boolean {
  let check = 0;
  for (let at = 0; at < count; at += 1) {
    const permutation = PERMUTATIONS[at % 8] as string;
    const digit = permutation.charCodeAt(digitAt(digits, count - 1 - at)) - 48;
    check = (PRODUCTS[check] as string).charCodeAt(digit) - 48;
  }
  return check === 0;
}

/** True for a month and a day that there can be in some year. */
export function isDay(month: number, day: number): boolean {
  return month >= 1 && month <= 12 && day >= 1 && day <= (month === 2 ? 29 : THIRTY.includes(month) ? 30 : 31);
}

const THIRTY: readonly number[] = [4, 6, 9, 11];

/** True if all digits are the same, as in numbers that stand for others in documentation. */
export function isRepeated(digits: Digits, count: number): boolean {
  for (let at = 1; at < count; at += 1) {
    if (digits[at] !== digits[0]) {
      return false;
    }
  }
  return true;
}

function digitAt(digits: Digits, at: number): number {
  return digits[at] as number;
}
