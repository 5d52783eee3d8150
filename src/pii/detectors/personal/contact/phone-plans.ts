import type { NumberGroups } from '../../../number-groups.js';
import { PARENTHESIS } from '../../../number-groups.js';

const SPACE = 0x20;
const HYPHEN = 0x2d;
const FULL_STOP = 0x2e;

/**
 * How surely digits in such groups are a telephone number.
 *
 * `certain` is a grouping that little else has, `likely` one that parts and orders have too, and `possible` one that
 * means nothing without a word about telephones.
 */
export type Likelihood = 'certain' | 'likely' | 'possible';

/** A written number that follows a national plan. */
export interface PlannedNumber {
  readonly end: number;
  readonly likelihood: Likelihood;
}

/**
 * How numbers are grouped inside their country: the country (ISO 3166-1), the first digits, and the groups in use.
 *
 * A first digit 0 is the trunk prefix. The source is the numbering plan that each country's regulator files with the
 * ITU (ITU-T E.129, E.164 national numbering plans), and for the groups the notation of E.123 as it is used there.
 */
const PLANS: readonly string[] = [
  'AT 06 4-3-2-2 4-6 4-7 4-8 4-3-4',
  'AT 01 2-7 2-3-4 2-3-2-2',
  'AU 02,03,07,08 2-4-4',
  'AU 04,1300,1800 4-3-3',
  'BE 04 4-2-2-2',
  'BE 02,03,04,09 2-3-2-2',
  'BE 0 3-2-2-2',
  'BG 0 3-3-3 4-3-3',
  'BR 1,2,3,4,5,6,7,8,9 2-4-4 2-5-4',
  'BR 0 3-4-4 3-5-4',
  'CH 0 3-3-2-2',
  'CL 2,9 1-4-4',
  'CN 1 3-4-4',
  'CN 0 3-8 4-7 4-8 3-4-4',
  'CO 3 3-3-4',
  'CY 2,9 2-6',
  'CZ 2,3,4,5,6,7,9 3-3-3',
  'DE 0 3-6 3-7 3-8 4-5 4-6 4-7 4-8 5-5 5-6 5-7 4-3-4 4-3-5 3-3-4 4-2-2-2 5-2-2-2 3-2-2-2 3-3-2-2 4-3-2-2 5-3-3 5-4-4',
  'DK 2,3,4,5,6,7,8,9 2-2-2-2 4-4',
  'EE 3,4,5,6,7,8 3-4 4-4',
  'ES 6,7,8,9 3-3-3 3-2-2-2 2-3-2-2',
  'FI 0 3-3-4 3-7 2-3-4 3-3-2-2 3-4-3',
  'FR 01,02,03,04,05,06,07,08,09 2-2-2-2-2',
  'FR 08 4-3-3',
  'GB 01,02,07,03,08 3-4-4 4-3-4 5-3-3 5-6 5-5 4-7',
  'GL 2,3,4,5,6,8,9 2-2-2',
  'GR 2,6 3-3-4 4-6 5-5',
  'HK 2,3,5,6,7,8,9 4-4',
  'HR 0 2-4-3 3-3-4 3-3-3 3-4-3',
  'HU 06 2-1-3-4 2-2-3-4 2-2-3-3',
  'HU 2,3,4,5,6,7,8,9 2-3-3 2-3-4',
  'ID 08 4-4-4 4-4-3 4-3-3 4-3-4',
  'IE 0 3-3-4 2-3-4 3-7',
  'IL 05,02,03,04,08,09,07 2-7 3-7 2-3-4 3-3-4',
  'IN 6,7,8,9 5-5',
  'IN 0 3-8 4-7 5-6 5-5 3-4-4 4-3-4',
  'IS 4,5,6,7,8 3-4',
  'IT 0 2-8 3-7 3-6 3-8 4-6 4-7 2-4-4',
  'IT 3 3-7 3-6 3-3-4',
  'JP 0 2-4-4 3-4-4 3-3-4 4-2-4 4-3-3',
  'KR 0 2-3-4 2-4-4 3-3-4 3-4-4',
  'LT 8 1-3-5',
  'LV 2,6 2-3-3 4-4',
  'MX 2,3,4,5,6,7,8,9 2-4-4 3-3-4',
  'MY 0 2-4-4 3-3-4 2-8 3-7 3-8 3-4-4',
  'NL 0 2-8 3-7 4-6 2-4-4 3-3-4 3-3-2-2 2-2-2-2-2',
  'NO 2,3,4,5,6,7,8,9 3-2-3 2-2-2-2',
  'NZ 0 2-3-4 3-3-4 3-3-3 3-4-3 2-7 3-7',
  'PH 09 4-3-4 4-7',
  'PH 02 2-4-4 2-8',
  'PL 1,2,3,4,5,6,7,8,9 2-3-2-2 3-3-3',
  'PT 351 3-3-3-3',
  'PT 2,9 3-3-3 2-3-4 2-3-2-2',
  'RO 0 4-3-3 3-3-4',
  'RU 7,8 1-3-3-2-2 1-3-7 1-3-3-4',
  'SE 0 3-6 3-7 4-6 4-7 2-3-3-2 2-6 2-7 2-8 3-3-2-2 3-2-2-2 4-2-2-2 3-3-4 4-3-3 4-3-2-2',
  'SG 3,6,8,9 4-4',
  'SI 0 3-3-3 2-3-2-2',
  'SK 0 4-3-3',
  'TH 0 2-3-4 3-3-4',
  'TN 2,3,4,5,7,9 2-3-3',
  'TR 0 4-3-2-2 4-3-4 4-7 1-3-7 1-3-3-2-2 1-3-3-4',
  'TR 2,3,4,5 3-3-2-2 3-7',
  'UA 0 3-3-2-2 3-7 3-3-4',
  'US 2,3,4,5,6,7,8,9 3-4',
  'UY 2,4,9 4-4',
  'UY 09 3-3-3',
  'VN 0 4-3-3 3-3-4 3-4-4',
  'ZA 0 3-3-4',
];

/** By groups, see `keyOf`: which first digits a number in them has. */
const FIRST_DIGITS = readPlans();
const MOST_GROUPS = 5;

/** Finds how much of a written number follows a national plan; `undefined` for none. At least two groups are read. */
export function planned(text: string, groups: NumberGroups): PlannedNumber | undefined {
  let key = groups.length(0) & 15;
  let best: PlannedNumber | undefined;
  const most = Math.min(groups.count, MOST_GROUPS);
  for (let group = 1; group < most; group += 1) {
    key = key * 16 + (groups.length(group) & 15);
    const firsts = FIRST_DIGITS.get(key);
    if (firsts === undefined || !hasSoundSeparators(text, groups, group)) {
      continue;
    }
    const start = groups.start(0);
    if (firsts.some((first) => text.startsWith(first, start)) && !text.startsWith('00', start)) {
      best = { end: groups.end(group), likelihood: likelihoodOf(text, groups, group) };
    }
  }
  return best;
}

/** All separators are one, but for the first, which may set the area code apart, and a last hyphen as in Brazil. */
function hasSoundSeparators(text: string, groups: NumberGroups, last: number): boolean {
  const rest = groups.separator(Math.min(last, 2));
  for (let group = 2; group < last; group += 1) {
    if (groups.separator(group) !== rest || rest === PARENTHESIS) {
      return groups.separator(group) === PARENTHESIS && group === 2 && last > 2 && groups.length(0) === 1;
    }
  }
  const final = groups.separator(last);
  if (rest === FULL_STOP && (last === 1 || text.charAt(groups.start(0)) !== '0')) {
    return false; // A decimal fraction, a version, four octets too large for an address.
  }
  if (final === PARENTHESIS && last === 1 && text.charAt(groups.start(0) - 1) !== '(') {
    return false; // A year in parentheses.
  }
  return final === rest || (final === HYPHEN && rest !== FULL_STOP);
}

function likelihoodOf(text: string, groups: NumberGroups, last: number): Likelihood {
  const apart = text.charAt(groups.start(0) - 1) === '(' && groups.separator(1) === PARENTHESIS;
  const trunk = text.charAt(groups.start(0)) === '0';
  if (groups.count > last + 1) {
    return 'possible';
  }
  let digits = 0;
  for (let group = 0; group <= last; group += 1) {
    digits += groups.length(group);
  }
  if (apart && last > 1 && (trunk || last > 2 || !isThreeThrees(groups, last))) {
    return digits >= 8 ? 'certain' : 'likely';
  }
  if (last > 1 && (trunk ? digits >= 9 && !isThreeThrees(groups, last) : isTelling(groups, last))) {
    return 'certain';
  }
  return trunk && digits >= 9 ? (isThreeThrees(groups, last) ? 'possible' : 'likely') : 'possible';
}

/** Nine digits in threes are an amount, a company or an insured person as often as a telephone. */
function isThreeThrees(groups: NumberGroups, last: number): boolean {
  return last === 2 && groups.length(0) === 3 && groups.length(1) === 3 && groups.length(2) === 3;
}

/** `11 98765-4321`, `532 123 45 67`, `8 912 345-67-89`: no amount or date is written so. */
function isTelling(groups: NumberGroups, last: number): boolean {
  const brazilian = groups.length(1) === 5 && groups.separator(1) === SPACE && groups.separator(2) === HYPHEN;
  return brazilian || (last === 3 && groups.length(0) === 3 && groups.length(1) === 3) || last === 4;
}

function keyOf(lengths: string): number {
  return lengths.split('-').reduce((key, length) => key * 16 + Number(length), 0);
}

function readPlans(): Map<number, readonly string[]> {
  const firstDigits = new Map<number, string[]>();
  for (const plan of PLANS) {
    const [, first = '', ...groupings] = plan.split(' ');
    for (const grouping of groupings) {
      const key = keyOf(grouping);
      firstDigits.set(key, [...(firstDigits.get(key) ?? []), ...first.split(',')]);
    }
  }
  return new Map([...firstDigits].map(([key, firsts]) => [key, shortest(firsts)]));
}

/** Leaves out what a shorter one says already: `06` where any `0` may stand. */
function shortest(firsts: readonly string[]): readonly string[] {
  const unique = [...new Set(firsts)];
  return unique.filter((first) => !unique.some((other) => other !== first && first.startsWith(other)));
}
