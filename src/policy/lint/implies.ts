import { canonicalJson } from '../../call/canonical-json.js';
import type { PolicyRule, WhenDocument } from '../document.js';
import { type Atom, conjunctsOf } from '../tools/atoms.js';
import { type Truth, TRUE, UNKNOWN } from '../truth.js';
import { coversNames } from './covers-names.js';
import { isCertain, isCertainAtom, isShallow, leastTruthOf, onlyValues, soleAtom, truthAt } from './operator-facts.js';

/** True where every call to which one rule applies is certain to be one to which the other applies, too. */
export function coversRule(wide: PolicyRule, narrow: PolicyRule): boolean {
  const [match, other] = [wide.match, narrow.match];
  if (!coversNames(match?.tool, other?.tool) || !coversNames(match?.server, other?.server)) return false;
  if (!coversNames(match?.agent, other?.agent) || !coversNames(match?.user, other?.user)) return false;
  if (!outlives(wide, narrow)) return false;
  const [needed, given] = [leastTruthOf(wide.action), leastTruthOf(narrow.action)];
  const known = conjunctsOf(narrow);
  return conjunctsOf(wide).every((entry) => known.some((each) => implies(each, given, entry, needed)));
}

function outlives(wide: PolicyRule, narrow: PolicyRule): boolean {
  if (wide.expires_at === undefined) return true;
  return narrow.expires_at !== undefined && Date.parse(narrow.expires_at) <= Date.parse(wide.expires_at);
}

/** True where an entry that is at least `given` true makes another one at least `needed` true. */
function implies(entry: WhenDocument, given: Truth, other: WhenDocument, needed: Truth): boolean {
  if (canonicalJson(entry) === canonicalJson(other)) return given >= needed || isCertain(entry);
  const [one, two] = [soleAtom(entry), soleAtom(other)];
  return one !== undefined && two !== undefined && one.path === two.path && impliesAt(one, given, two, needed);
}

function impliesAt(one: Atom, given: Truth, two: Atom, needed: Truth): boolean {
  // A path that cannot be gone leaves both unknown.
  if (given < needed && !isShallow(one.path)) return false;
  const values = onlyValues(one);
  if (values !== undefined) return values.every((value) => truthAt(two, value) >= needed);
  // Every other operator is false where there is no value, and stays so where there is one that it cannot read.
  if (two.operator === 'exists') return two.operand === true && one.operator !== 'exists';
  if (given === UNKNOWN && !isCertainAtom(one) && !(needed === UNKNOWN && sameDoubt(one, two))) {
    return false;
  }
  return followsFrom(one, two);
}

/** True where two comparisons cannot be evaluated for the very same values. */
function sameDoubt(one: Atom, two: Atom): boolean {
  return isComparison(one) && isComparison(two) && typeof one.operand === typeof two.operand;
}

function isComparison({ operator }: Atom): boolean {
  return ['gt', 'gte', 'lt', 'lte'].includes(operator);
}

/** True where the second operator holds for every value for which the first one does. */
function followsFrom(one: Atom, two: Atom): boolean {
  if (isComparison(one) && isComparison(two)) return comparisonFollows(one, two);
  const [had, wanted] = [one.operand, two.operand];
  if (typeof had !== 'string' || typeof wanted !== 'string') return false;
  const pair = `${one.operator} ${two.operator}`;
  if (pair === 'starts_with starts_with') return had.startsWith(wanted);
  if (pair === 'ends_with ends_with') return had.endsWith(wanted);
  if (pair === 'starts_with contains' || pair === 'ends_with contains') return had.includes(wanted);
  if (pair === 'within_path within_path') return truthAt(two, had) === TRUE && !isWindows(had) && !isWindows(wanted);
  return false;
}

function comparisonFollows(one: Atom, two: Atom): boolean {
  if (typeof one.operand !== typeof two.operand || one.operator.slice(0, 2) !== two.operator.slice(0, 2)) return false;
  const [had, wanted] = [one.operand as number, two.operand as number];
  if (had === wanted) return one.operator === two.operator || two.operator.endsWith('e');
  return one.operator.startsWith('l') ? had < wanted : had > wanted;
}

function isWindows(path: string): boolean {
  return /^[A-Za-z]:/.test(path);
}
