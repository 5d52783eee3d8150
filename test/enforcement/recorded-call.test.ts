import { describe, expect, test } from '@jest/globals';
import type { AuditEvent } from '../../src/audit/audit-event.js';
import type { GovernanceOptions } from '../../src/config/options.js';
import { FakeDecisionPoint } from '../../src/testing/index.js';
import { governed } from './support.js';

async function eventOf(options: GovernanceOptions, args = {}, tool?: () => unknown): Promise<AuditEvent> {
  const { call, sink } = governed(options);
  await call(args, tool).catch(() => undefined);
  expect(sink.events).toHaveLength(1);
  return sink.events[0]!;
}

describe('the event of a call', () => {
  test('carries what the policy said', async () => {
    const policy = new FakeDecisionPoint({ action: 'block', reason: 'no', ruleName: 'r', revision: '7', risk: 'high' });
    expect(await eventOf({ policy, serverName: 'docs' })).toMatchObject({
      server: 'docs',
      policyId: 'mcp:docs:search',
      action: 'block',
      policyDecision: 'block',
      matchedRule: 'r',
      policyRevision: '7',
      riskLevel: 'high',
      reason: 'search: no (rule r).',
      resultStatus: 'blocked',
      errorCode: 'policy_blocked',
    });
  });

  test('carries what a person said', async () => {
    const options: GovernanceOptions = { toolConfigs: { search: { approvalRequired: true } } };
    const denied = await eventOf({ ...options, onPolicyBlock: () => ({ approved: false, approver: 'kim' }) });
    expect(denied).toMatchObject({ humanDecision: 'denied', approver: 'kim', resultStatus: 'denied' });
    const approved = await eventOf({ ...options, onPolicyBlock: () => ({ approved: true }) });
    expect(approved).toMatchObject({ humanDecision: 'approved', approver: '', policyDecision: 'approved_by_user' });
  });

  test('holds redacted arguments, and findings as types and places', async () => {
    const event = await eventOf({}, { to: 'kim@example.com' }, () => 'kim@example.com');
    expect(event.params).toEqual({ to: '##EMAIL##' });
    expect(event.findings.map(({ type, path }) => [type, path])).toEqual([
      ['email', '$.to'],
      ['email', '$'],
    ]);
    expect(JSON.stringify(event)).not.toContain('kim@');
  });

  test('has no arguments and no hash of them where they were not scanned', async () => {
    const event = await eventOf({ policyConfig: { defaultPiiScan: 'off' } }, { to: 'kim@example.com' });
    expect([event.params, event.paramsHash]).toEqual([undefined, undefined]);
    const refused = await eventOf({ policyConfig: { maxArgumentBytes: 10 } }, { to: 'kim@example.com' });
    expect([refused.params, refused.errorCode]).toEqual([undefined, 'arguments_too_large']);
  });

  test("a failing tool is the tool's own affair and has no code", async () => {
    const event = await eventOf({}, {}, () => {
      throw new Error('tool');
    });
    expect([event.resultStatus, event.errorCode]).toEqual(['tool_error', undefined]);
  });
});

test('the hash is the same for the same arguments of one middleware, in any order, and differs between two', async () => {
  const { call, sink } = governed();
  await call({ a: 1, b: 2 });
  await call({ b: 2, a: 1 });
  await call({ a: 1, b: 3 });
  const hashes = sink.events.map((event) => event.paramsHash);
  expect(hashes[0]).toBe(hashes[1]);
  expect(hashes[0]).not.toBe(hashes[2]);
  expect((await eventOf({}, { a: 1, b: 2 })).paramsHash).not.toBe(hashes[0]);
  expect(JSON.parse(JSON.stringify(sink.events[0])).paramsHash).toBe(hashes[0]);
});

test('arguments that only an in-process caller can send are recorded all the same', async () => {
  const event = await eventOf({}, { big: 10n });
  expect(event.paramsHash).toMatch(/^[0-9a-f]{64}$/);
});
