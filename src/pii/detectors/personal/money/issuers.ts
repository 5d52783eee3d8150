const ANY: readonly number[] = [12, 13, 14, 15, 16, 17, 18, 19];

/**
 * Issuer ranges by the first six digits (ISO/IEC 7812-1), with the lengths in use.
 *
 * The sources are the schemes' own rules as far as they are public: Visa, Mastercard (BIN ranges, 2-series), American
 * Express, Diners Club, Discover, JCB, UnionPay, Maestro, Mir, RuPay, Troy, Verve, Elo, Hipercard.
 */
const ISSUERS: readonly (readonly [from: number, to: number, lengths: readonly number[]])[] = [
  [400000, 499999, [13, 16, 19]], // Visa
  [510000, 559999, [16]], // Mastercard
  [222100, 272099, [16]], // Mastercard
  [340000, 349999, [15]], // American Express
  [370000, 379999, [15]], // American Express
  [300000, 305999, [14, 16]], // Diners Club
  [309500, 309599, [14, 16]], // Diners Club
  [360000, 369999, [14, 16]], // Diners Club
  [380000, 399999, [14, 16]], // Diners Club
  [352800, 358999, [16, 17, 18, 19]], // JCB
  [213100, 213199, [15]], // JCB
  [180000, 180099, [15]], // JCB
  [601100, 601199, [16, 19]], // Discover
  [644000, 659999, [16, 19]], // Discover, RuPay
  [620000, 629999, [16, 17, 18, 19]], // UnionPay
  [810000, 817199, [16, 17, 18, 19]], // UnionPay
  [501800, 501999, ANY], // Maestro, Dankort
  [502000, 502099, ANY], // Maestro
  [503800, 503899, ANY], // Maestro
  [589300, 589399, ANY], // Maestro
  [630400, 630499, ANY], // Maestro
  [675900, 676399, ANY], // Maestro
  [506099, 506198, [16, 18, 19]], // Verve
  [637000, 639999, [16]], // InstaPayment
  [606282, 606282, [16]], // Hipercard
  [606985, 608500, [16]], // RuPay
  [504175, 504175, [16]], // Elo
  [509000, 509999, [16]], // Elo
  [636297, 636297, [16]], // Elo
  [220000, 220499, [16, 17, 18, 19]], // Mir
  [979200, 979299, [16]], // Troy
];

/** Ranges that ISO/IEC 7812 gives to a scheme as a whole, few of which are in use: a word has to speak for a card. */
const WIDE: typeof ISSUERS = [
  [350000, 359999, [16]], // JCB
  [560000, 589999, ANY], // Maestro
  [500000, 509999, ANY], // Maestro
  [670000, 679999, ANY], // Maestro
  [100000, 199999, [15]], // UATP
];

/** True if the issuer's range and the length of digits belong to a payment card. */
export function isIssued(digits: string): boolean {
  return isIn(ISSUERS, digits);
}

/** True if digits may belong to a payment card by the range of its scheme, although no known issuer has it. */
export function mayBeIssued(digits: string): boolean {
  return isIn(WIDE, digits);
}

function isIn(ranges: typeof ISSUERS, digits: string): boolean {
  const prefix = Number(digits.slice(0, 6));
  return ranges.some(([from, to, lengths]) => prefix >= from && prefix <= to && lengths.includes(digits.length));
}
