import type { JsonObject } from '../../call/json.js';
import { isAction } from '../../call/action.js';
import type { CompiledRule } from '../compiled-rule.js';
import type { PolicyDocument, PolicyTest } from '../document.js';
import { defaultsSchema, documentSchema, settingsSchema, testCallSchema, testSchema } from '../document-schema.js';
import { copyJson } from './copy-json.js';
import { type Place, placeAt } from './place.js';
import type { Problems } from './problems.js';
import { checkValue, readFields } from './read-fields.js';
import { createRuleReader, readApproval, RULE_ALIASES } from './read-rule.js';
import { readToolTable } from './read-tools.js';

/** A document that was read: its canonical words, and its rules as they decide. */
export interface ReadDocument {
  readonly document: PolicyDocument;
  readonly rules: readonly CompiledRule[];
}

/** How many rules are read between two moments at which the work may be put off. */
const SLICE = 32;

const DOCUMENT_HINTS = {
  default: "Did you mean 'defaults'?",
  policies: "Did you mean 'rules'?",
  action: "Write defaults: { action: ... }, or a rule in 'rules'.",
};

/**
 * Reads a document in slices: whoever drives the generator may let others run between two of them.
 *
 * Undefined where it cannot be read; the reasons are among the problems then.
 */
export function* readDocument(written: unknown, problems: Problems): Generator<undefined, ReadDocument | undefined> {
  let rules: readonly unknown[] = [];
  const read = readFields(written, documentSchema.shape, undefined, problems, {
    hints: DOCUMENT_HINTS,
    readers: {
      defaults: (value, place) => readDefaults(value, place, problems),
      tools: (value, place) =>
        readToolTable(value, place, problems, (each, at) => readAction(each, at, problems), 'names'),
      settings: (value, place) =>
        readToolTable(value, place, problems, (each, at) => readSettings(each, at, problems), 'globs'),
      tests: (value, place) => readTests(value, place, problems),
      rules: (value, place) => (rules = readList(value, place, problems, 'rules')),
    },
  });
  if (read === undefined) return undefined;
  if (Object.keys(written as object).length === 0) problems.add(undefined, 'is empty: write rules, tools or defaults');
  const compiled = yield* readRules(rules, problems);
  if (problems.count > 0) return undefined;
  const frozen = Object.freeze(compiled.map(({ rule }) => rule));
  const { name, defaults, tools, settings, tests } = read as Partial<PolicyDocument>;
  const document: PolicyDocument = Object.freeze({
    version: 1,
    ...(name === undefined ? {} : { name }),
    ...(defaults === undefined ? {} : { defaults }),
    ...(tools === undefined ? {} : { tools }),
    rules: frozen,
    ...(settings === undefined ? {} : { settings }),
    ...(tests === undefined ? {} : { tests }),
  });
  return { document, rules: compiled };
}

function* readRules(rules: readonly unknown[], problems: Problems): Generator<undefined, readonly CompiledRule[]> {
  const list: Place = placeAt(undefined, 'rules');
  const readRule = createRuleReader(problems);
  const names = new Map<string, number>();
  const compiled: CompiledRule[] = [];
  for (const [position, written] of rules.entries()) {
    const place = placeAt(list, position);
    const rule = readRule(written, position, place);
    if (rule !== undefined) {
      compiled.push(rule);
      const { name } = rule.rule;
      const first = name === undefined ? undefined : names.get(name);
      if (first !== undefined) {
        problems.add(
          placeAt(place, 'name'),
          `the name '${String(name)}' is taken by rules[${first}]: write another one`,
        );
      } else if (name !== undefined) {
        names.set(name, position);
      }
    }
    if (position % SLICE === SLICE - 1) yield;
  }
  return compiled;
}

function readList(value: unknown, place: Place, problems: Problems, what: string): readonly unknown[] {
  if (Array.isArray(value)) return value;
  problems.add(
    place,
    `${value === null ? 'has no value: it ' : ''}must be a list of ${what}, each with a '-' before it`,
  );
  return [];
}

function readDefaults(value: unknown, place: Place, problems: Problems): JsonObject | undefined {
  const before = problems.count;
  const read = readFields(value, defaultsSchema.shape, place, problems, {
    aliases: RULE_ALIASES,
    readers: { approval: (each, at) => readApproval(each, at, problems) },
  });
  if (read === undefined || problems.count > before) return undefined;
  if (!('action' in read)) problems.add(place, 'has no action. Write action: review, or another one');
  return Object.freeze(read);
}

function readAction(value: unknown, place: Place, problems: Problems): unknown {
  if (isAction(value)) return value;
  const checked = defaultsSchema.shape.action.safeParse(value ?? null);
  if (!checked.success) checkValue(value, checked.error, place, problems);
  return undefined;
}

function readSettings(value: unknown, place: Place, problems: Problems): unknown {
  const read = readFields(value, settingsSchema.shape, place, problems, {
    hints: {
      policy_action: "Write an action in 'tools', or a rule.",
      enabled: 'A document cannot switch governance off.',
    },
  });
  return read && copyJson(read, place, problems);
}

function readTests(value: unknown, place: Place, problems: Problems): unknown {
  return Object.freeze(
    readList(value, place, problems, 'tests').map((test, index) => readTest(test, placeAt(place, index), problems)),
  );
}

function readTest(value: unknown, place: Place, problems: Problems): PolicyTest | undefined {
  const before = problems.count;
  const read = readFields(value, testSchema.shape, place, problems, {
    readers: {
      call: (call, at) => {
        const fields = readFields(call, testCallSchema.shape, at, problems, { aliases: { arguments: 'args' } });
        if (fields !== undefined && !('tool' in fields)) problems.add(at, 'has no tool');
        return fields && copyJson(fields, at, problems);
      },
    },
  });
  if (read === undefined || problems.count > before) return undefined;
  for (const key of ['call', 'expect']) if (!(key in read)) problems.add(place, `has no ${key}`);
  return Object.freeze(read) as unknown as PolicyTest;
}
