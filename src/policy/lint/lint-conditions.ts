import { canonicalJson } from '../../call/canonical-json.js';
import type { PolicyRule, WhenDocument } from '../document.js';
import { type Atom, conjunctsOf } from '../tools/atoms.js';
import { type Truth, TRUE } from '../truth.js';
import {
  isCertain,
  isCertainAtom,
  isShallow,
  kindsOf,
  leastTruthOf,
  onlyValues,
  soleAtom,
  truthAt,
} from './operator-facts.js';
import type { LintFinding } from './lint-finding.js';

/** Finds rules with two conditions that no call can meet at once. */
export function lintConditions(rules: readonly PolicyRule[]): readonly LintFinding[] {
  return rules.flatMap((rule, position) => {
    if (rule.enabled === false) return [];
    const clash = clashIn(conjunctsOf(rule), leastTruthOf(rule.action));
    if (clash === undefined) return [];
    const key = rule.when === undefined ? 'conditions' : 'when';
    const message = `no call meets both ${clash.map(entryText).join(' and ')}: the rule '${rule.name ?? `rules[${position}]`}' never matches`;
    const fix = 'Mend the one that is not meant. For one or the other, write any: [...].';
    return [{ code: 'contradictory' as const, steps: ['rules', position, key], message, fix }];
  });
}

function clashIn(entries: readonly WhenDocument[], least: Truth): [WhenDocument, WhenDocument] | undefined {
  for (const [index, one] of entries.entries()) {
    for (const two of entries.slice(index + 1)) if (exclude(one, two, least)) return [one, two];
  }
  return undefined;
}

function exclude(one: WhenDocument, two: WhenDocument, least: Truth): boolean {
  if (isNegation(one, two) || isNegation(two, one)) return least === TRUE || isCertain(one);
  const [a, b] = [soleAtom(one), soleAtom(two)];
  if (a === undefined || b === undefined || a.path !== b.path) return false;
  // A path that cannot be gone leaves both unknown, which is enough for review and block.
  if (least !== TRUE && !isShallow(a.path)) return false;
  return excludeAt(a, b, least) || excludeAt(b, a, least);
}

function isNegation(entry: WhenDocument, other: WhenDocument): boolean {
  return (
    other.not !== undefined && Object.keys(other).length === 1 && canonicalJson(other.not) === canonicalJson(entry)
  );
}

function excludeAt(a: Atom, b: Atom, least: Truth): boolean {
  if (a.operator === 'exists' && a.operand === false) return b.operator !== 'exists' || b.operand === true;
  const values = onlyValues(a);
  if (values !== undefined) return values.every((value) => truthAt(b, value) < least);
  // A value that neither can read is enough for review and block.
  if (least !== TRUE && !(isCertainAtom(a) && isCertainAtom(b))) return false;
  const kinds = kindsOf(b);
  if (!kindsOf(a).some((kind) => kinds.includes(kind))) return true;
  return isEmptyRange(a, b) || isForked(a, b);
}

function isEmptyRange(a: Atom, b: Atom): boolean {
  if (!a.operator.startsWith('gt') || !/^lte?$/.test(b.operator) || typeof a.operand !== typeof b.operand) return false;
  const [low, high] = [a.operand as number, b.operand as number];
  return low > high || (low === high && !(a.operator === 'gte' && b.operator === 'lte'));
}

function isForked(a: Atom, b: Atom): boolean {
  const [one, two] = [String(a.operand), String(b.operand)];
  if (a.operator === 'starts_with' && b.operator === 'starts_with') return !one.startsWith(two) && !two.startsWith(one);
  return a.operator === 'ends_with' && b.operator === 'ends_with' && !one.endsWith(two) && !two.endsWith(one);
}

function entryText(entry: WhenDocument): string {
  return JSON.stringify(entry);
}
