import { describe, expect, test } from '@jest/globals';
import { Policy } from '../../../src/policy/policy.js';
import type { PolicyCall } from '../../../src/policy/subject.js';

const CALL: PolicyCall = {
  server: 'db',
  tool: 'query',
  arguments: {
    n: 5,
    text: 'abc',
    nothing: null,
    items: [{ id: 1, tags: ['x'] }, { id: 'two' }, { tags: [] }],
    none: [],
    'a.b': { c: [10, 20] },
  },
  principal: { agent: 'bot', attributes: { role: 'analyst', teams: ['red'] } },
  annotations: { destructiveHint: true },
};

/** What a condition comes to: a rule that allows matches only where it holds, one that blocks also where it is unknown. */
function truth(when: object, call = CALL): boolean | undefined {
  const matches = (action: string) =>
    Policy.from({ defaults: { action: 'warn' }, rules: [{ when, action }] }).evaluate(call).action === action;
  return matches('allow') ? true : matches('block') ? undefined : false;
}

const T = { 'args.n': { eq: 5 } };
const F = { 'args.n': { eq: 6 } };
const U = { 'args.text': { gt: 5 } };

describe('when', () => {
  test.each([
    [T, true],
    [F, false],
    [U, undefined],
    [{ not: T }, false],
    [{ not: F }, true],
    [{ not: U }, undefined],
    [{ all: [T, T] }, true],
    [{ all: [T, U] }, undefined],
    [{ all: [U, F] }, false],
    [{ all: [T, F] }, false],
    [{ any: [F, F] }, false],
    [{ any: [F, U] }, undefined],
    [{ any: [U, T] }, true],
    [{ any: [F], all: [T] }, false],
    [{ not: { all: [U, F] } }, true],
    [{ not: { not: U } }, undefined],
    [{ any: [{ not: U }, { all: [T, U] }] }, undefined],
    [{ 'args.n': { gt: 1, lt: 3 } }, false],
    [{ 'args.text': { starts_with: 'a', gt: 5 } }, undefined],
    [{ 'args.text': { starts_with: 'b', gt: 5 } }, false],
  ])('%j: %s', (when, expected) => expect(truth(when)).toBe(expected));

  test.each([
    [{ 'args.missing': { eq: 1 } }, false],
    [{ 'args.missing': { ne: 1 } }, false],
    [{ 'args.missing': { not_in: [1] } }, false],
    [{ 'args.missing': { not_contains: 'a' } }, false],
    [{ not: { 'args.missing': { eq: 1 } } }, true],
    [{ 'args.missing': { exists: false } }, true],
    [{ 'args.nothing': { exists: true } }, true],
    [{ 'args.nothing.deeper': { exists: false } }, true],
    [{ 'args.toString': { exists: false } }, true],
    [{ 'args.text.length': { exists: false } }, undefined],
    [{ 'args.items.length': { exists: false } }, undefined],
    [{ 'args.text[0]': { eq: 'a' } }, undefined],
    [{ 'args.items[9].id': { exists: false } }, true],
    [{ 'args["a.b"].c[1]': { eq: 20 } }, true],
    [{ 'args["a.b"].c[2]': { exists: false } }, true],
    [{ 'args.items[0].id': { eq: 1 } }, true],
    [{ 'args.items[*].id': { eq: 'two' } }, true],
    [{ 'args.items[*].id': { gt: 5 } }, undefined],
    [{ 'args.items[*].id': { gte: 1 } }, true],
    [{ 'args.items[*].id': { exists: false } }, true],
    [{ 'args.items[*].tags[*]': { eq: 'x' } }, true],
    [{ 'args.none[*]': { exists: false } }, true],
    [{ 'args.none[*].id': { ne: 1 } }, false],
    [{ 'args.text[*]': { ne: 'x' } }, undefined],
    [{ 'args.nothing[*]': { ne: 'x' } }, false],
    [{ args: { type: 'object' } }, true],
    [{ server: { eq: 'db' }, tool: { in: ['query'] } }, true],
    [{ 'principal.agent': { eq: 'bot' } }, true],
    [{ 'principal.user': { exists: false } }, true],
    [{ 'principal.role': { in: ['analyst'] } }, true],
    [{ 'principal.teams': { contains: 'red' } }, true],
    [{ 'principal.teams[0]': { eq: 'red' } }, true],
    [{ 'principal.attributes': { exists: false } }, true],
    [{ 'annotations.destructiveHint': { eq: true } }, true],
  ])('%j: %s', (when, expected) => expect(truth(when)).toBe(expected));

  test('nobody is not somebody without a name', () => {
    const call = { tool: 'x', principal: { user: '', agent: '' } };
    expect(truth({ 'principal.user': { exists: true } }, call)).toBe(false);
    expect(truth({ server: { exists: true } }, call)).toBe(false);
    expect(truth({ args: { eq: {} } }, call)).toBe(true);
  });

  test('when and conditions have to hold both', () => {
    const policy = Policy.from({
      defaults: { action: 'review' },
      rules: [
        {
          when: { 'args.n': { gt: 1 } },
          conditions: { param_lt: { n: 5 }, param_contains: { t: 'a' } },
          action: 'allow',
        },
      ],
    });
    const decide = (args: Record<string, unknown>) => policy.evaluate({ tool: 'x', arguments: args }).action;
    expect(decide({ n: 3, t: 'cat' })).toBe('allow');
    expect(decide({ n: 3, t: 'dog' })).toBe('review');
    expect(decide({ n: 1, t: 'cat' })).toBe('review');
    expect(decide({ n: 5, t: 'cat' })).toBe('review');
  });

  test('an argument of the reference is a name, not a path', () => {
    const policy = Policy.from({ rules: [{ conditions: { param_eq: { 'a.b': 1 } }, action: 'allow' }] });
    expect(policy.evaluate({ tool: 'x', arguments: { 'a.b': 1 } }).action).toBe('allow');
    expect(policy.evaluate({ tool: 'x', arguments: { a: { b: 1 } } }).action).toBe('review');
  });
});
