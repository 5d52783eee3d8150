import { describe, expect, test } from '@jest/globals';
import { FleetPolicy } from '../../../src/policy/fleet/fleet-policy.js';
import { Policy } from '../../../src/policy/policy.js';
import { PolicyDocumentError } from '../../../src/policy/policy-document-error.js';
import { toSubject } from '../../../src/policy/subject.js';
import type { Snapshot } from '../../../src/wire/checks.js';

type Layer = Snapshot['layers'][number];

const layer = (name: string, document: object): Layer => ({ name, document: { version: 1, ...document } });
const snapshot = (layers: Layer[], over: Partial<Snapshot> = {}): Snapshot => ({
  revision: 7,
  generated_at: '2026-01-01T00:00:00.000Z',
  global_default: 'review',
  managed: [],
  layers,
  ...over,
});
const opinionOf = (policy: FleetPolicy, tool = 'search', server = 'docs') =>
  policy.opinion(toSubject({ server, tool, arguments: {} }));

const RULES = layer('policies', {
  rules: [{ name: 'policy-1', match: { tool: 'delete_*' }, action: 'block', reason: 'no' }],
});
const LIMITS = layer('document', {
  settings: {
    docs: { 'search*': { rate_limit: { max_per_minute: 3 }, pii_scan: 'strict' } },
    '*': { '*': { pii_actions: { email: 'redact' } } },
  },
});

describe('FleetPolicy', () => {
  test('decides by the strictest layer, under its own revision', async () => {
    const policy = await FleetPolicy.load(
      snapshot([layer('document', { name: 'house', defaults: { action: 'warn' } }), RULES]),
    );
    expect(opinionOf(policy, 'delete_all')).toMatchObject({
      action: 'block',
      ruleName: 'policy-1',
      policyId: 'policy-1',
      layer: 'policies',
      revision: '7',
    });
    expect(opinionOf(policy)).toMatchObject({ action: 'warn', layer: 'document', policyId: 'house' });
  });

  test.each(['policies', 'mandatory'])('of %s all that match limit who may approve', async (name) => {
    const mandatory = name === 'mandatory';
    const rule = (id: string, more: object): object => ({ name: id, action: 'review', mandatory, ...more });
    const rules = [
      rule('a-all', {}),
      rule('b-search', { match: { tool: 'search' }, approvers: ['ann', 'cfo'], timeout_minutes: 9 }),
      rule('c-docs', { match: { server: 'docs' }, approvers: ['cfo'] }),
      rule('d-other', { match: { server: 'pay' }, approvers: ['carl'] }),
      rule('e-laxer', { action: 'warn', approvers: ['carl'] }),
    ];
    const policy = await FleetPolicy.load(snapshot([layer(name, { rules })]));
    expect(opinionOf(policy)).toMatchObject({
      action: 'review',
      ruleName: 'a-all',
      obligations: { approvers: ['cfo'], timeoutMinutes: 9 },
    });
    expect(opinionOf(policy, 'search', 'pay')).toMatchObject({ action: 'block', final: true, ruleName: 'a-all' });
    expect(opinionOf(policy, 'read', 'web')?.obligations).toBeUndefined();
  });

  test('where nothing matches, a managed server meets the global default and no other does', async () => {
    const policy = await FleetPolicy.load(snapshot([RULES], { managed: ['docs'], global_default: 'block' }));
    expect(opinionOf(policy)).toMatchObject({ action: 'block', ruleName: '<default>', layer: 'global default' });
    expect(opinionOf(policy, 'search', 'other')).toBeUndefined();
    expect(opinionOf(policy, 'search', '__proto__')).toBeUndefined();
  });

  test('says of a tool what the settings of all layers say of it', async () => {
    const policy = await FleetPolicy.load(
      snapshot([LIMITS, layer('more', { settings: { docs: { search: { approval_required: true } } } })]),
    );
    expect(policy.settingsFor('docs', 'search')).toEqual([
      { rateLimit: { maxPerMinute: 3 }, piiScan: 'strict' },
      { piiActions: { email: 'redact' } },
      { approvalRequired: true },
    ]);
    expect(policy.settingsFor('other', 'search')).toEqual([{ piiActions: { email: 'redact' } }]);
    expect(policy.settings).toHaveLength(3);
    expect(opinionOf(policy)).toBeUndefined();
  });

  test('is the engine of a policy, whose settings then count like any other', async () => {
    const policy = new Policy(await FleetPolicy.load(snapshot([LIMITS, RULES])));
    expect(policy.settingsFor('docs', 'search_all')).toHaveLength(2);
    expect(policy.evaluate({ server: 'docs', tool: 'delete_it', arguments: {} }).action).toBe('block');
  });

  test('compiles again only what is another object', async () => {
    const before = await FleetPolicy.load(snapshot([LIMITS, RULES]));
    const after = await FleetPolicy.load(snapshot([LIMITS, layer('policies', { rules: [] })], { revision: 8 }), before);
    expect(after.settingsFor('docs', 'search')[0]).toBe(before.settingsFor('docs', 'search')[0]);
    expect(opinionOf(after, 'delete_all')).toBeUndefined();
    expect(after.revision).toBe('8');
  });

  test('nothing of a snapshot is in force where one layer cannot be used', async () => {
    const bad = layer('bad', { settings: { docs: { search: { rate_limit: { max_per_minute: 0 } } } } });
    await expect(FleetPolicy.load(snapshot([RULES, bad]))).rejects.toThrow(PolicyDocumentError);
  });
});
