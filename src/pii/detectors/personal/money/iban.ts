import { ALPHANUMERIC, classAt, DIGIT, UPPER } from '../../../characters.js';
import type { Detector } from '../../../detector.js';

/** Length of an IBAN by country (ISO 13616, SWIFT IBAN registry). */
const LENGTHS = new Map(
  (
    'AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28 EE20 EG29 ' +
    'ES24 FI18 FK18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HN28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 ' +
    'LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 ' +
    'PT25 QA29 RO24 RS22 RU33 SA24 SC31 SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20 ' +
    'YE30'
  )
    .split(' ')
    .map((entry): [string, number] => [entry.slice(0, 2), Number(entry.slice(2))]),
);

/** Finds international bank account numbers: a country, its length, and the check digits modulo 97 (ISO 13616, ISO 7064). */
export const ibanDetector: Detector = {
  types: ['iban'],
  category: 'pii',
  anchor: { at: 'prefix', prefixes: [...LENGTHS.keys()] },
  detect(text, at, report) {
    if ((classAt(text, at + 2) & DIGIT) === 0 || (classAt(text, at + 3) & DIGIT) === 0) {
      return at;
    }
    const length = LENGTHS.get(text.slice(at, at + 2)) ?? 0;
    const end = endOfAccount(text, at, length);
    if (end === 0 || (classAt(text, end) & ALPHANUMERIC) !== 0) {
      return at;
    }
    const account = text.slice(at, end).replace(/[^0-9A-Z]/g, '');
    return isIban(account) && report('iban', at, end, 0.95) ? end : at;
  },
};

/** Reads so many letters and digits, either in one run or in groups of four, as an IBAN is printed; 0 if it cannot. */
function endOfAccount(text: string, at: number, length: number): number {
  const separator = text.charAt(at + 4);
  const grouped = separator === ' ' || separator === '-';
  let position = at;
  for (let read = 0; read < length; read += 1) {
    if (grouped && read > 0 && read % 4 === 0) {
      if (text.charAt(position) !== separator) {
        return 0;
      }
      position += 1;
    }
    if ((classAt(text, position) & (UPPER | DIGIT)) === 0) {
      return 0;
    }
    position += 1;
  }
  return position;
}

/** True for an IBAN without separators: its country's length, two check digits from 02 to 98, and modulo 97. */
export function isIban(account: string): boolean {
  const check = account.slice(2, 4);
  return (
    LENGTHS.get(account.slice(0, 2)) === account.length &&
    /^[A-Z]{2}\d{2}[A-Z0-9]+$/.test(account) &&
    check > '01' &&
    check < '99' &&
    remainder(account) === 1
  );
}

function remainder(account: string): number {
  const moved = account.slice(4) + account.slice(0, 4);
  let result = 0;
  for (let at = 0; at < moved.length; at += 1) {
    const value = parseInt(moved.charAt(at), 36);
    result = (result * (value > 9 ? 100 : 10) + value) % 97;
  }
  return result;
}
