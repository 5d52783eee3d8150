import type { JsonObject } from '../../call/json.js';
import { compileConditions } from '../conditions/compile-conditions.js';
import { compileWhen } from '../conditions/compile-when.js';
import { AllOf } from '../conditions/compound.js';
import type { Condition } from '../conditions/condition.js';
import { type CompiledRule, compileRule } from '../compiled-rule.js';
import type { PolicyRule } from '../document.js';
import { matchSchema, ruleSchema } from '../document-schema.js';
import { copyJson } from './copy-json.js';
import { type Place, placeAt } from './place.js';
import type { Problems } from './problems.js';
import { type FieldReaders, readFields } from './read-fields.js';

/** The reference's words for `action`. */
export const APPROVALS: Readonly<Record<string, string>> = { auto: 'allow', approve: 'review', block: 'block' };

/** The second spellings of a rule and of `defaults`. */
export const RULE_ALIASES: Readonly<Record<string, string>> = { approval: 'action', risk_level: 'risk' };

const MATCH_OPTIONS = {
  aliases: { type: 'tool', target: 'server' },
  hints: Object.fromEntries(
    ['when', 'conditions', 'action'].map((word) => [word, `'${word}' stands beside 'match', not in it.`]),
  ),
};

const RULE_HINTS = {
  ...Object.fromEntries(
    ['tool', 'server', 'agent', 'user', 'type', 'target'].map((word) => [word, `Write match: { ${word}: ... }.`]),
  ),
  '<<': 'Merge keys of YAML are not read: write the rule out.',
  effect: "Did you mean 'action'?",
  workflow_name: 'Documents say match: { server: ..., tool: ... }.',
};

/** The canonical words in the order in which people read them. */
const ORDER = Object.keys(ruleSchema.shape).filter((key) => !(key in RULE_ALIASES)) as (keyof PolicyRule)[];

/** Reads, checks and compiles one rule; undefined where it cannot be, with the reasons among the problems. */
export type RuleReader = (written: unknown, position: number, place: Place) => CompiledRule | undefined;

/** Makes the reader of a document's rules: what it needs is made once, since there may be 100,000 of them. */
export function createRuleReader(problems: Problems): RuleReader {
  const conditions: (Condition | undefined)[] = [];
  const options = { aliases: RULE_ALIASES, hints: RULE_HINTS, readers: readersFor(problems, conditions) };
  return (written, position, place) => {
    const before = problems.count;
    conditions.length = 0;
    const read = readFields(written, ruleSchema.shape, place, problems, options);
    if (read === undefined) return undefined;
    // A word that is not known may be the one that is missing.
    if (problems.count === before) checkRule(written as JsonObject, read, place, problems);
    if (problems.count > before) return undefined;
    // None of them is undefined: where one could not be compiled there is a problem.
    const whole = conditions as readonly Condition[];
    return compileRule(toCanonical(read), position, whole.length > 1 ? new AllOf([...whole]) : whole[0]);
  };
}

function readersFor(problems: Problems, conditions: (Condition | undefined)[]): FieldReaders {
  const compiled =
    (compile: (value: unknown, place: Place, problems: Problems) => Condition | undefined) =>
    (value: unknown, place: Place): unknown => {
      const copy = copyJson(value, place, problems);
      conditions.push(compile(copy, place, problems));
      return copy;
    };
  return {
    approval: (value, place) => readApproval(value, place, problems),
    match: (value, place) => freezeMatch(readFields(value, matchSchema.shape, place, problems, MATCH_OPTIONS)),
    when: compiled(compileWhen),
    conditions: compiled(compileConditions),
    metadata: (value, place) => {
      if (ruleSchema.shape.metadata.safeParse(value).success) return copyJson(value, place, problems);
      problems.add(place, 'must be a mapping');
      return undefined;
    },
  };
}

/** Reads the reference's word for an action. */
export function readApproval(value: unknown, place: Place, problems: Problems): string | undefined {
  if (typeof value === 'string' && Object.hasOwn(APPROVALS, value)) return APPROVALS[value];
  const action = ['allow', 'warn', 'throttle', 'review'].includes(value as string);
  const hint = action ? `. '${value as string}' is a word of 'action'` : '';
  problems.add(place, `must be one of auto, approve, block${hint}`);
  return undefined;
}

function freezeMatch(match: JsonObject | undefined): JsonObject | undefined {
  for (const names of Object.values(match ?? {})) if (Array.isArray(names)) Object.freeze(names);
  return match && Object.freeze(match);
}

function checkRule(written: JsonObject, read: JsonObject, place: Place, problems: Problems): void {
  if (!('action' in read)) {
    problems.add(place, 'has no action. Write action: allow, warn, throttle, review or block');
  }
  const { action } = read as { action?: string };
  if (read['final'] === true && action !== undefined && action !== 'block') {
    problems.add(placeAt(place, 'final'), `only a block can be final, and this rule says ${action}`);
  }
  if (typeof written['expires_at'] === 'string' && read['expires_at'] !== undefined) {
    if (Number.isNaN(Date.parse(written['expires_at']))) problems.add(placeAt(place, 'expires_at'), 'is no moment');
  }
}

function toCanonical(read: JsonObject): PolicyRule {
  const rule: JsonObject = {};
  for (const key of ORDER) {
    const value = read[key];
    if (value !== undefined) rule[key] = Array.isArray(value) ? Object.freeze(value) : value;
  }
  return Object.freeze(rule) as unknown as PolicyRule;
}
