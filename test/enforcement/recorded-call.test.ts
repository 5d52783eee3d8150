import { describe, expect, test } from '@jest/globals';
import { createHmac } from 'node:crypto';
import type { ApprovalHandler } from '../../src/approval/approval.js';
import type { AuditEvent } from '../../src/audit/audit-event.js';
import type { AuditOptions, GovernanceOptions } from '../../src/config/options.js';
import { type FakeCall, FakeDecisionPoint, MemorySink } from '../../src/testing/index.js';
import { governed } from './support.js';

async function eventTo(sink: MemorySink, options: GovernanceOptions, args = {}, tool?: () => unknown) {
  await governed(options)
    .call(args, tool)
    .catch(() => undefined);
  expect(sink.events).toHaveLength(1);
  return sink.events[0];
}

async function eventOf(options: GovernanceOptions, args = {}, tool?: () => unknown): Promise<AuditEvent> {
  const sink = new MemorySink();
  return (await eventTo(sink, { ...options, audit: sink }, args, tool))!;
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

describe('what is recorded of arguments', () => {
  const args = { to: 'kim@example.com', body: 'confidential', headers: { a: 'x', b: 'y' } };
  const recorded = async (audit: Omit<AuditOptions, 'sinks'>, options: GovernanceOptions = {}) => {
    const sink = new MemorySink();
    return { event: (await eventTo(sink, { ...options, audit: { sinks: sink, ...audit } }, args))! };
  };
  const hashKey = 'sixteen letters!';

  test('redacted, only their hash, or nothing', async () => {
    const { event: redacted } = await recorded({ hashKey });
    expect(redacted.params).toEqual({ ...args, to: '##EMAIL##' });
    const { event: hashed } = await recorded({ params: 'hash', hashKey });
    expect(hashed.params).toBeUndefined();
    expect(hashed.paramsHash).toBe(redacted.paramsHash);
    const { event: none } = await recorded({ params: 'none' });
    expect([none.params, none.paramsHash]).toEqual([undefined, undefined]);
    expect(none.findings).toHaveLength(1);
  });

  test('the hash is an HMAC with the key that was given, over what is recorded', async () => {
    const { event } = await recorded({ hashKey });
    const canonical = '{"body":"confidential","headers":{"a":"x","b":"y"},"to":"##EMAIL##"}';
    expect(event.paramsHash).toBe(createHmac('sha256', hashKey).update(canonical).digest('hex'));
    expect((await recorded({ hashKey: 'another 16 bytes' })).event.paramsHash).not.toBe(event.paramsHash);
  });

  test('without what operator and author mask, which still runs', async () => {
    const { call, sink, ran } = governed({
      toolConfigs: { 's*': { maskArguments: ['headers.*'] }, search: { maskArguments: ['body'] } },
    });
    await call(args);
    expect(sink.events[0]?.params).toEqual({
      to: '##EMAIL##',
      body: '##MASKED##',
      headers: { a: '##MASKED##', b: '##MASKED##' },
    });
    expect(ran).toEqual([args]);
  });

  test('what is masked is not shown to an approver either, scanned or not', async () => {
    const shown: unknown[] = [];
    const onPolicyBlock: ApprovalHandler = (_, request) => {
      shown.push(request.arguments);
      return { approved: true };
    };
    for (const piiScan of ['standard', 'off'] as const) {
      const search = { approvalRequired: true, piiScan, maskArguments: ['body', 'headers', 'to'] };
      await governed({ onPolicyBlock, toolConfigs: { search } }).call(args);
    }
    const masked = { to: '##MASKED##', body: '##MASKED##', headers: '##MASKED##' };
    expect(shown).toEqual([masked, masked]);
  });
});

describe('what names and reasons hold is masked', () => {
  const key = ['AK', 'IA', 'Q3EXR7TBN5VWZ2LM'].join('');

  test('a decision point that quotes arguments, in every text it gives', async () => {
    const policy = new FakeDecisionPoint(({ arguments: args }) => {
      const said = String(args['q']);
      return { action: 'warn', reason: said, ruleName: said, revision: said, layer: said, conflicts: [said] };
    });
    const event = await eventOf({ policy }, { q: `uses ${key}` });
    const masked = 'uses ##AWS_KEY##';
    expect(event).toMatchObject({ reason: masked, matchedRule: masked, policyRevision: masked, policyLayer: masked });
    expect(event.policyConflicts).toEqual([masked]);
    expect(JSON.stringify(event)).not.toContain(key);
  });

  test('a caller that puts it into the name of tool, session or itself; an approver that answers with it', async () => {
    const { call, sink, middleware } = governed({
      toolConfigs: { '*': { approvalRequired: true } },
      onPolicyBlock: () => ({ approved: false, approver: `kim@example.com ${key}` }),
    });
    const auth = { clientId: key, extra: { sub: 'ann@example.com' } };
    const over: FakeCall = { tool: `get_${key}`, server: key, request: { auth, sessionId: key } };
    const answer = await call({}, undefined, over);
    expect(JSON.stringify([answer, sink.events])).not.toContain(key);
    const [event] = sink.events;
    expect(event).toMatchObject({ agent: '##AWS_KEY##', user: 'ann@example.com', server: '##AWS_KEY##' });
    expect(event?.approver).toBe('kim@example.com ##AWS_KEY##');
    expect(event?.method).toBe(`tools/call: ${event?.tool}`);
    await middleware.close();
  });

  test('calls of a session whose id is a secret still belong together', async () => {
    const { call, sink } = governed();
    for (const sessionId of [key, key, `${key.slice(0, -1)}A`, 'plain'])
      await call({}, undefined, { request: { sessionId } });
    const [a, b, c, d] = sink.events.map((event) => event.sessionId);
    expect(a).toMatch(/^##AWS_KEY## [0-9a-f]{16}$/);
    expect(b).toBe(a);
    expect(c).not.toBe(a);
    expect(d).toBe('plain');
  });
});
