import { compileWhen } from '../conditions/compile-when.js';
import type { Condition } from '../conditions/condition.js';
import { parsePath } from '../conditions/value-path.js';
import type { PolicyRule, WhenDocument } from '../document.js';
import { placeAt } from '../loading/place.js';
import { Problems } from '../loading/problems.js';
import { toSubject } from '../subject.js';
import { atomsIn, conjunctsOf } from '../tools/atoms.js';
import { withValueAt } from '../tools/path-value.js';
import { fillGlob, fillRegex } from '../tools/sample-values.js';
import { toPolicyCall } from '../tools/to-policy-call.js';
import { FALSE, TRUE } from '../truth.js';
import { type Family, familyOf } from './evasions.js';
import type { LintFinding } from './lint-finding.js';
import { leastTruthOf } from './operator-facts.js';

const ON_TEXT = new Set(['starts_with', 'ends_with', 'contains', 'not_contains', 'glob', 'regex', 'ne', 'not_in']);

/** Finds conditions on texts that somebody gets around; each finding shows a text that does. */
export function lintEvasion(rules: readonly PolicyRule[]): readonly LintFinding[] {
  return rules.flatMap((rule, position) => {
    if (rule.enabled === false) return [];
    const entries = conjunctsOf(rule);
    const paths = new Set(entries.flatMap(atomsIn).map(({ path }) => path));
    return [...paths].flatMap((path) => {
      const family = familyAt(path);
      const about = entries.filter((entry) => isOnly(entry, path));
      if (family === undefined || !about.flatMap(atomsIn).some(({ operator }) => ON_TEXT.has(operator))) return [];
      const found = evade(rule, path, about, family);
      return found === undefined ? [] : [toFinding(rule, position, path, family, found)];
    });
  });
}

/** A text that is let pass or caught, and another one that should be treated likewise and is not. */
interface Evasion {
  readonly plain: string;
  readonly other: string;
}

function evade(rule: PolicyRule, path: string, about: readonly WhenDocument[], family: Family): Evasion | undefined {
  const condition = compileWhen({ all: about }, placeAt(undefined, 'when'), new Problems());
  if (condition === undefined) return undefined;
  const test = testerOf(condition, path);
  const forbids = leastTruthOf(rule.action) !== TRUE;
  const operands = about.flatMap(atomsIn).flatMap(({ operator, operand }) => textsLike(operator, operand));
  for (const plain of [...(forbids ? family.harmful : family.harmless), ...operands]) {
    if (test(plain) !== TRUE) continue;
    const others = forbids ? family.rewrite(plain) : family.grow(plain);
    const other = others.find((text) => text !== plain && test(text) === (forbids ? FALSE : TRUE));
    if (other !== undefined) return { plain, other };
  }
  return undefined;
}

function testerOf(condition: Condition, path: string): (text: string) => number {
  return (text) => condition.test(toSubject(toPolicyCall(withValueAt({ tool: 'x' }, path, text))));
}

function textsLike(operator: string, operand: unknown): readonly string[] {
  if (typeof operand !== 'string') return [];
  if (operator === 'regex') return [fillRegex(operand)].filter((text) => text !== '');
  if (operator === 'glob') return [fillGlob(operand)];
  return [operand, `${operand}x`, `${operand} x`];
}

/** True for an entry that is about one path and nothing else. */
function isOnly(entry: WhenDocument, path: string): boolean {
  const atoms = atomsIn(entry);
  return atoms.length > 0 && !hasTime(entry) && atoms.every((atom) => atom.path === path);
}

function hasTime(entry: WhenDocument): boolean {
  return JSON.stringify(entry).includes('"time":');
}

function familyAt(path: string): Family | undefined {
  const read = parsePath(path);
  if (typeof read === 'string' || read.root !== 'args') return undefined;
  const name = read.steps.findLast((step) => typeof step === 'string');
  return name === undefined ? undefined : familyOf(name);
}

function toFinding(
  rule: PolicyRule,
  position: number,
  path: string,
  { what, fix }: Family,
  { plain, other }: Evasion,
): LintFinding {
  const name = rule.name ?? `rules[${position}]`;
  const [one, two] = [JSON.stringify(plain), JSON.stringify(other)];
  const forbids = leastTruthOf(rule.action) !== TRUE;
  return {
    code: 'evadable-string',
    steps: ['rules', position, rule.when === undefined ? 'conditions' : 'when', ...(rule.when?.[path] ? [path] : [])],
    message: forbids
      ? `${path} is compared as a text: the rule '${name}' (${rule.action}) catches the ${what} ${one}, and not ${two}`
      : `${path} is compared as a text: the rule '${name}' (${rule.action}) lets the ${what} ${one} pass, and ${two}, too`,
    fix,
  };
}
