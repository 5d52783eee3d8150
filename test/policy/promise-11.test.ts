import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ACTIONS } from '../../src/call/action.js';
import type { JsonObject } from '../../src/call/json.js';
import { Policy } from '../../src/policy/policy.js';

const PRESENT = { yes: true };
const HOLDS = { 'args.yes': { eq: true } };
const FAILS = { 'args.yes': { eq: false } };

const noText: fc.Arbitrary<unknown> = fc.constantFrom<unknown>(0, 7, true, null, [], ['a'], {}, { a: 'b' });
const noNumber: fc.Arbitrary<unknown> = fc.constantFrom<unknown>('', '7', true, null, [], [7], {});
const noList: fc.Arbitrary<unknown> = fc.constantFrom<unknown>(7, true, null, {}, { length: 1 });

interface Unevaluable {
  readonly operator: JsonObject;
  readonly values: fc.Arbitrary<unknown>;
}

/** Operators with values on which nobody can tell whether they hold. */
const UNEVALUABLE: Readonly<Record<string, Unevaluable>> = {
  gt: { operator: { gt: 5 }, values: noNumber },
  gte: { operator: { gte: 5 }, values: noNumber },
  lt: { operator: { lt: 5 }, values: noNumber },
  lte: { operator: { lte: 'm' }, values: noText },
  starts_with: { operator: { starts_with: 'a' }, values: noText },
  ends_with: { operator: { ends_with: 'a' }, values: noText },
  glob: { operator: { glob: '*' }, values: noText },
  regex: { operator: { regex: 'a' }, values: noText },
  contains: { operator: { contains: 'a' }, values: noList },
  not_contains: { operator: { not_contains: 'a' }, values: noList },
  length: { operator: { length: { gt: 1 } }, values: noList },
  'within_path of no text': { operator: { within_path: '/srv' }, values: noText },
  'within_path of no plain absolute path': {
    operator: { within_path: ['/srv', '/tmp'] },
    values: fc.constantFrom(
      '',
      'srv/x',
      './srv',
      '~/srv',
      '/srv/\0',
      '/srv\\x',
      '/srv/%2e%2e/x',
      '/srv%2Fx',
      'https://srv/',
    ),
  },
  'host_in of no text': { operator: { host_in: ['*'] }, values: noText },
  'host_in of no URL with a host': {
    operator: { host_in: ['*'] },
    values: fc.constantFrom('', 'example.com', '/x', 'https://', 'mailto:a@example.com', 'file:///x'),
  },
  'cidr_in of no text': { operator: { cidr_in: ['0.0.0.0/0'] }, values: noText },
  'cidr_in of no address': {
    operator: { cidr_in: ['0.0.0.0/0'] },
    values: fc.constantFrom('', 'localhost', '10.0.0.256', '10.0.0.1/8', 'http://10.0.0.1/'),
  },
  'several operators': { operator: { exists: true, gt: 5 }, values: noNumber },
};

/** Ways to write a condition that leave open what was open. */
const WRAPPED: readonly ((when: JsonObject) => JsonObject)[] = [
  (when) => when,
  (when) => ({ ...HOLDS, ...when }),
  (not) => ({ not }),
  (not) => ({ not: { not } }),
  (when) => ({ all: [HOLDS, when] }),
  (when) => ({ any: [FAILS, when] }),
  (when) => ({ not: { any: [FAILS, { all: [when, HOLDS] }] } }),
];
const wrapped = fc.tuple(fc.constantFrom(...WRAPPED), fc.constantFrom(...WRAPPED));
const action = fc.constantFrom(...ACTIONS);

/** Whether a rule with that condition answers. */
function answers(rule: JsonObject, args: JsonObject): boolean {
  const policy = Policy.from({ version: 1, defaults: { action: 'warn' }, rules: [{ name: 'asked', ...rule }] });
  return policy.evaluate({ server: 's', tool: 't', arguments: { ...PRESENT, ...args } }).ruleName === 'asked';
}

describe('promise 11: a condition that cannot be evaluated counts as matched in block and review rules only', () => {
  it.each(Object.entries(UNEVALUABLE))('%s', (_, { operator, values }) => {
    fc.assert(
      fc.property(values, wrapped, action, fc.boolean(), (x, [outer, inner], action, mandatory) => {
        const when = outer(inner({ 'args.x': operator }));
        const strict = action === 'block' || action === 'review';
        expect(answers({ action, mandatory, when }, { x })).toBe(strict);
      }),
    );
  });

  it('some element of a list, where no other one makes it true', () => {
    fc.assert(
      fc.property(noNumber, action, fc.boolean(), (x, action, first) => {
        const strict = action === 'block' || action === 'review';
        const when = { 'args.list[*].n': { gt: 5 } };
        const list = first ? [{ n: x }, { n: 1 }, {}] : [{ n: 1 }, {}, { n: x }];
        expect(answers({ action, when }, { list })).toBe(strict);
        expect(answers({ action, when }, { list: [...list, { n: 6 }] })).toBe(true);
      }),
    );
  });

  it('a path that leads into a value of another kind, whatever is asked there', () => {
    const noObject = fc.constantFrom<unknown>('', '{"b":1}', 7, true, [], [{ b: 1 }]);
    const notAList = fc.constantFrom<unknown>('', 'a@example.com', 7, false, {}, { 0: 1, length: 1 });
    const paths: fc.Arbitrary<[string, unknown]> = fc.oneof(
      fc.tuple(fc.constantFrom('args.x.b', 'args.x["b"][*].c', 'args.x.length'), noObject),
      fc.tuple(fc.constantFrom('args.x[*]', 'args.x[0]', 'args.x[*].id'), notAList),
    );
    const operators = Object.values(UNEVALUABLE).map(({ operator }) => operator);
    const others = [{ eq: 1 }, { ne: 1 }, { not_in: [1] }, { type: 'null' }, { exists: true }, { exists: false }];
    const operator = fc.constantFrom<JsonObject>(...operators, ...others);
    fc.assert(
      fc.property(paths, operator, wrapped, action, ([path, x], asked, [outer, inner], action) => {
        const strict = action === 'block' || action === 'review';
        expect(answers({ action, when: outer(inner({ [path]: asked })) }, { x })).toBe(strict);
      }),
    );
  });

  it.each([
    ['param_gt', 5, noNumber],
    ['param_lt', 5, noNumber],
    ['param_gte', 5, noNumber],
    ['param_lte', 5, noNumber],
    ['param_contains', 'a', noList],
    ['param_matches', 'a', noText],
  ] as const)('%s of the reference', (condition, operand, values) => {
    fc.assert(
      fc.property(values, action, (x, action) => {
        const strict = action === 'block' || action === 'review';
        expect(answers({ action, conditions: { [condition]: { x: operand } } }, { x })).toBe(strict);
      }),
    );
  });

  it('a part that is false decides by itself, whatever cannot be evaluated beside it', () => {
    fc.assert(
      fc.property(noNumber, action, (x, action) => {
        const open = { 'args.x': { gt: 5 } };
        expect(answers({ action, when: { all: [open, FAILS] } }, { x })).toBe(false);
        expect(answers({ action, when: { ...open, ...FAILS } }, { x })).toBe(false);
        expect(answers({ action, when: { any: [open, HOLDS] } }, { x })).toBe(true);
      }),
    );
  });

  it('a missing value is no such case: it makes a condition false, in every rule', () => {
    const operators = Object.values(UNEVALUABLE).map(({ operator }) => operator);
    const others = [{ eq: 1 }, { ne: 1 }, { in: [1] }, { not_in: [1] }, { type: 'null' }, { exists: true }];
    fc.assert(
      fc.property(fc.constantFrom(...operators, ...others), action, (operator, action) => {
        expect(answers({ action, when: { 'args.x': operator } }, {})).toBe(false);
        expect(answers({ action, when: { not: { 'args.x': operator } } }, {})).toBe(true);
      }),
    );
  });
});
