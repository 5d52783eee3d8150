import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { compileGlob } from '../../../src/call/glob.js';
import { Policy } from '../../../src/policy/policy.js';

const name = fc.string({ unit: fc.constantFrom('a', 'b', '_'), minLength: 1, maxLength: 5 });
const pattern = fc.string({
  unit: fc.constantFrom('a', 'b', '_', '*', '*', '?', '[ab]', '['),
  minLength: 1,
  maxLength: 5,
});
const patterns = fc.oneof({ weight: 4, arbitrary: pattern }, fc.array(pattern, { minLength: 1, maxLength: 3 }), name);
const match = fc.record({ tool: patterns, server: patterns, agent: patterns, user: patterns }, { requiredKeys: [] });
const rules = fc.array(fc.record({ match, action: fc.constantFrom('allow', 'block'), mandatory: fc.boolean() }), {
  maxLength: 120,
  size: 'max',
});
const call = fc.record({ tool: name, server: name, agent: name, user: name });

type Match = Record<string, string | string[]>;

/** The first rule in order, each asked one by one. */
function linear(all: readonly { match: Match; mandatory: boolean }[], names: Record<string, string>): number {
  const matches = (rule: { match: Match }) =>
    Object.entries(rule.match).every(([key, globs]) => [globs].flat().some((glob) => compileGlob(glob)(names[key]!)));
  const first = all.findIndex((rule) => rule.mandatory && matches(rule));
  return first >= 0 ? first : all.findIndex(matches);
}

describe('the index', () => {
  test('finds the rule that asking them one by one finds', () => {
    fc.assert(
      fc.property(rules, fc.array(call, { minLength: 20, maxLength: 20 }), (all, calls) => {
        const policy = Policy.from({ rules: all });
        for (const { agent, user, ...names } of calls) {
          const expected = linear(all, { agent, user, ...names });
          const { ruleName } = policy.evaluate({ ...names, principal: { agent, user } });
          expect(ruleName).toBe(expected < 0 ? '<default>' : `rules[${expected}]`);
        }
      }),
      { numRuns: 150 },
    );
  });

  test('holds more shapes of patterns than it looks up one by one', () => {
    const all = Array.from({ length: 2000 }, (_, index) => ({
      match: { tool: `${'p'.repeat(index % 45)}${index}!*${'s'.repeat(index % 37)}` },
      action: 'allow',
    }));
    const policy = Policy.from({ rules: all });
    for (const index of [0, 77, 999, 1500, 1999]) {
      const tool = all[index]!.match.tool.replace('*', 'x');
      expect(policy.evaluate({ tool }).ruleName).toBe(`rules[${index}]`);
    }
  });

  test('finds rules by user and by agent among many for one tool', () => {
    const all = Array.from({ length: 500 }, (_, index) => ({
      match: { tool: 'query', ...(index % 2 ? { user: `u${index}` } : { agent: [`a${index}`, `b${index}`] }) },
      action: 'allow',
    }));
    const policy = Policy.from({ rules: [...all, { match: { user: 'u7' }, action: 'block' }] });
    const decide = (principal: object) => policy.evaluate({ tool: 'query', principal }).ruleName;
    expect(decide({ user: 'u499' })).toBe('rules[499]');
    expect(decide({ agent: 'b10', user: 'u7' })).toBe('rules[7]');
    expect(decide({ agent: 'b10' })).toBe('rules[10]');
    expect(decide({ user: 'nobody' })).toBe('<default>');
  });

  test.each([
    [3, 3, 3],
    [20, 20, 1],
    [20, 1, 20],
    [10, 10, 10],
    [1, 1, 300],
  ])(
    'finds a rule with lists of %i tools, %i servers and %i users under every combination',
    (tools, servers, users) => {
      const list = (letter: string, length: number) => Array.from({ length }, (_, at) => `${letter}${at}`);
      const match = { tool: list('t', tools), server: list('s', servers), user: list('u', users) };
      const policy = Policy.from({ rules: [{ match, action: 'block' }] });
      const decide = (tool: number, server: number, user: number) =>
        policy.evaluate({ tool: `t${tool}`, server: `s${server}`, principal: { user: `u${user}` } }).action;
      expect(decide(0, 0, 0)).toBe('block');
      expect(decide(tools - 1, servers - 1, users - 1)).toBe('block');
      expect([decide(tools, 0, 0), decide(0, servers, 0), decide(0, 0, users)]).toEqual(['review', 'review', 'review']);
    },
  );
});
