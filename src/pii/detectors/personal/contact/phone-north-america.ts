import type { NumberGroups } from '../../../number-groups.js';
import { PARENTHESIS } from '../../../number-groups.js';
import type { PlannedNumber } from './phone-plans.js';

/** Area code and exchange of the North American Numbering Plan (NANPA): neither begins with 0 or 1 nor ends in 11. */
const AREA = /^[2-9](?!11)[0-8]\d$/;
const EXCHANGE = /^[2-9](?!11)\d\d$/;
const ELEVEN = /^1[2-9]\d{9}$/;
const SPACE = 0x20;
const HYPHEN = 0x2d;

/**
 * Finds `(415) 555-0132`, `415-555-0132`, `+1 415 555 0132`, `+14155550132` and their like; `undefined` for none.
 *
 * Numbers which the plan would not give out are `possible` only; people write them in tests and forms all the same.
 */
export function northAmerican(text: string, groups: NumberGroups): PlannedNumber | undefined {
  const start = groups.start(0);
  const plus = text.charAt(start - 1) === '+';
  if (plus && groups.length(0) === 11) {
    return ELEVEN.test(text.slice(start, groups.end(0))) ? { end: groups.end(0), likelihood: 'certain' } : undefined;
  }
  const first = isTrunk(text, groups) ? 1 : 0;
  if (groups.length(first) !== 3 || groups.length(first + 1) !== 3 || groups.length(first + 2) !== 4) {
    return undefined;
  }
  const left = groups.separator(first + 1);
  const right = groups.separator(first + 2);
  if (right === PARENTHESIS || (left !== right && left !== PARENTHESIS && right !== HYPHEN)) {
    return undefined;
  }
  const area = groups.start(first);
  if (text.charAt(area) < '2' || (left === SPACE && first === 0 && isBehindNumber(text, start))) {
    return undefined;
  }
  const sound =
    AREA.test(text.slice(area, groups.end(first))) &&
    EXCHANGE.test(text.slice(groups.start(first + 1), groups.end(first + 1)));
  const isRow = groups.separator(first + 3) === SPACE && right === SPACE;
  const prefixed = plus || (first === 1 && groups.length(0) === 3);
  return { end: groups.end(first + 2), likelihood: (sound && !isRow) || prefixed ? 'certain' : 'possible' };
}

/** True in a row of a table of numbers. */
function isBehindNumber(text: string, start: number): boolean {
  return text.charAt(start - 1) === ' ' && /\d/.test(text.charAt(start - 2));
}

function isTrunk(text: string, groups: NumberGroups): boolean {
  const length = groups.length(0);
  return (length === 1 || length === 3) && text.startsWith(length === 1 ? '1' : '001', groups.start(0));
}
