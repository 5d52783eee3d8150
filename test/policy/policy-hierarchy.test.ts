import { describe, expect, test } from '@jest/globals';
import { ConfigError } from '../../src/errors/config-error.js';
import { PolicyHierarchy } from '../../src/policy/policy-hierarchy.js';
import { Policy } from '../../src/policy/policy.js';

const says = (action: string, more: object = {}) => Policy.from({ rules: [{ name: action, action, ...more }] });
const silent = Policy.from({ rules: [] });
const call = { tool: 'x' };

describe('PolicyHierarchy', () => {
  test('the strictest decides, and those that say otherwise are named', () => {
    const hierarchy = new PolicyHierarchy({ org: says('warn'), team: says('block'), agent: says('allow') });
    expect(hierarchy.evaluate(call)).toMatchObject({
      action: 'block',
      layer: 'team',
      ruleName: 'block',
      conflicts: ['org: warn (rule warn)', 'agent: allow (rule allow)'],
    });
  });

  test('on a tie the higher layer is named; the risk is the highest', () => {
    const org = says('review', { risk: 'low' });
    const hierarchy = new PolicyHierarchy({ org, team: says('review', { risk: 'critical' }) });
    const decision = hierarchy.evaluate(call);
    expect(decision).toMatchObject({ layer: 'org', risk: 'critical' });
    expect(decision).not.toHaveProperty('conflicts');
  });

  test('flags of all layers count, and the longest delay', () => {
    const slow = (seconds?: number) => says('throttle', { throttle_delay_seconds: seconds });
    const throttled = new PolicyHierarchy({ org: slow(1), team: slow(9), agent: slow() }).evaluate(call);
    expect(throttled.obligations).toEqual({ throttleDelaySeconds: 9 });
    const layers = {
      org: says('block'),
      team: says('block', { final: true }),
      agent: says('allow', { mandatory: true }),
    };
    expect(new PolicyHierarchy(layers).evaluate(call)).toMatchObject({ layer: 'org', final: true, mandatory: true });
  });

  test('who may approve has to please every layer that asks, in the shortest time', () => {
    const asks = (approvers?: string[], minutes?: number) => says('review', { approvers, timeout_minutes: minutes });
    const obligations = (org: Policy, team: Policy, agent = silent) =>
      new PolicyHierarchy({ org, team, agent }).evaluate(call).obligations;
    expect(obligations(asks(), asks(['cfo'], 5))).toEqual({ approvers: ['cfo'], timeoutMinutes: 5 });
    expect(obligations(asks(['ann', 'cfo'], 5), asks(['cfo', 'carl'], 2))).toEqual({
      approvers: ['cfo'],
      timeoutMinutes: 2,
    });
    expect(obligations(says('block'), asks(['cfo']))).toEqual({ approvers: ['cfo'] });
    expect(obligations(asks(), says('allow', { approvers: ['cfo'] }))).toBeUndefined();
  });

  test('nobody may approve where no name stands in all lists', () => {
    const asks = (...approvers: string[]) => says('review', { approvers, reason: 'money' });
    const layers = { org: asks('ann', 'carl'), team: asks('carl', 'cfo'), agent: asks('cfo', 'ann') };
    expect(new PolicyHierarchy(layers).evaluate(call)).toMatchObject({
      action: 'block',
      final: true,
      reason: 'money (the rules that match name approvers, and nobody is named by all of them)',
    });
  });

  test('a layer without an opinion says nothing; where none has one: review', () => {
    expect(new PolicyHierarchy({ org: silent, agent: says('allow') }).evaluate(call)).toMatchObject({
      action: 'allow',
      layer: 'agent',
    });
    expect(new PolicyHierarchy({ org: silent, team: silent }).evaluate(call)).toMatchObject({ action: 'review' });
    expect(new PolicyHierarchy({}).evaluate(call)).toMatchObject({ action: 'review', ruleName: '<default>' });
  });

  test('the flattened policy knows all rules, and is a layer like any other', () => {
    const flat = new PolicyHierarchy({ org: says('warn'), team: says('allow') }).flatten();
    expect(flat.rules.map(({ name }) => name)).toEqual(['warn', 'allow']);
    expect(new PolicyHierarchy({ org: says('allow'), team: flat }).evaluate(call)).toMatchObject({
      action: 'warn',
      layer: 'team',
      conflicts: ['org: allow (rule allow)'],
    });
    expect(() => flat.merge(silent)).toThrow(ConfigError);
    expect(() => flat.document).toThrow('has no document of its own');
  });

  test('explains layer by layer', () => {
    const hierarchy = new PolicyHierarchy({ org: silent, team: says('allow') });
    expect(hierarchy.evaluate(call, { explain: true }).explanation?.steps).toEqual([
      { layer: 'team', phase: 'rules', rule: 'allow', matched: true, reasons: [] },
    ]);
  });

  test('its revision follows every layer', () => {
    const revision = (team: string) => new PolicyHierarchy({ org: silent, team: says(team) }).revision;
    expect(revision('allow')).toBe(revision('allow'));
    expect(revision('allow')).not.toBe(revision('warn'));
  });

  test('refuses layers that do not exist, and what is no policy', () => {
    expect(() => new PolicyHierarchy({ orgg: silent } as never)).toThrow("unknown layer 'orgg'");
    expect(() => new PolicyHierarchy({ org: {} } as never)).toThrow('org must be a Policy');
  });
});

describe('merge', () => {
  test('own rules first, own defaults, own entries; names that are taken get a number', () => {
    const own = Policy.from({
      name: 'own',
      tools: { fs: { read: 'allow' } },
      rules: [{ name: 'a', action: 'warn', match: { tool: 'a' } }],
      tests: [{ call: { tool: 'a' }, expect: 'warn' }],
    });
    const other = Policy.from({
      name: 'other',
      defaults: { action: 'block' },
      tools: { fs: { read: 'block', write: 'block' } },
      rules: [
        { name: 'a', action: 'allow', match: { tool: '*' } },
        { name: 'a (2)', action: 'warn' },
      ],
    });
    expect(own.merge(other).document).toEqual({
      version: 1,
      name: 'own',
      defaults: { action: 'block' },
      tools: { fs: { read: 'allow', write: 'block' } },
      rules: [
        { name: 'a', action: 'warn', match: { tool: 'a' } },
        { name: 'a (3)', action: 'allow', match: { tool: '*' } },
        { name: 'a (2)', action: 'warn' },
      ],
    });
  });
});
