import { describe, expect, test } from '@jest/globals';
import { Policy } from '../../../src/policy/policy.js';
import { comparePolicies } from '../../../src/policy/tools/compare-policies.js';
import { generateCalls } from '../../../src/policy/tools/generate-calls.js';

const now = new Date('2027-01-04T12:00:00Z');

/** True where the generated calls show that the two rules differ. */
function shows(before: object, after: object): boolean {
  const [one, two] = [before, after].map((rule) =>
    Policy.from({ defaults: { action: 'review' }, rules: [{ action: 'allow', ...rule }] }),
  ) as [Policy, Policy];
  return comparePolicies(one, two, generateCalls([one.document, two.document], now), now).length > 0;
}

const when = (path: string, operators: object) => ({ when: { [path]: operators } });

describe('generated calls show', () => {
  test.each<[object, object]>([
    [{ match: { tool: 'read_*' } }, { match: { tool: 'read_a' } }],
    [{ match: { tool: 'a', server: 'x' } }, { match: { tool: 'a', server: 'y' } }],
    [{ match: { user: 'ann' } }, { match: { user: 'bob' } }],
    [when('args.limit', { lte: 10 }), when('args.limit', { lt: 10 })],
    [when('args.mode', { in: ['a', 'b'] }), when('args.mode', { in: ['a'] })],
    [when('args.path', { within_path: '/srv' }), when('args.path', { within_path: '/srv/data' })],
    [when('args.path', { within_path: '/srv' }), when('args.path', { starts_with: '/srv' })],
    [when('args.url', { host_in: ['*.example.com'] }), when('args.url', { host_in: ['a.example.com'] })],
    [when('args.sql', { regex: '^SELECT ' }), when('args.sql', { regex: '^INSERT ' })],
    [when('args.text', { length: { lte: 5 } }), when('args.text', { length: { lte: 6 } })],
    [when('args.ids[*].id', { eq: 1 }), when('args.ids[*].id', { eq: 2 })],
    [when('principal.role', { eq: 'a' }), when('principal.role', { eq: 'b' })],
    [when('time', { after: '08:00' }), when('time', { after: '09:00' })],
    [when('time', { weekdays: [1] }), when('time', { weekdays: [2] })],
    [{ conditions: { param_gt: { n: 1 } } }, { conditions: { param_gte: { n: 1 } } }],
    [{ action: 'warn' }, { action: 'block' }],
  ])('%j against %j', (before, after) => {
    expect(shows(before, after)).toBe(true);
    expect(shows(before, before)).toBe(false);
  });
});
