import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { FakeDecisionPoint } from '../../src/testing/index.js';
import { startSdk } from '../telemetry/support.js';
import { governed } from './support.js';

let sdk: ReturnType<typeof startSdk>;
beforeEach(() => {
  sdk = startSdk();
});
afterEach(() => sdk.stop());

/** The attributes of the only span, under the reference's prefix without it. */
const attributes = () => {
  expect(sdk.spans()).toHaveLength(1);
  return sdk.spans()[0]!.attributes;
};

describe('the span of a call', () => {
  test('says what was called, by whom and what was decided, and is named by its audit event', async () => {
    const policy = new FakeDecisionPoint({ action: 'warn', reason: 'careful', ruleName: 'r', revision: '7' });
    const { call, sink } = governed({ policy, serverName: 'docs:eu', policyConfig: { failOpen: false } });
    await call({ b: 1, a: 2 }, undefined, {
      request: { sessionId: 's-1', auth: { clientId: 'bot', extra: { sub: 'kim' } } },
    });
    expect(attributes()).toEqual({
      'mcp.method.name': 'tools/call',
      'mcp.session.id': 's-1',
      'network.transport': 'pipe',
      'gen_ai.tool.name': 'search',
      'gen_ai.operation.name': 'execute_tool',
      'waxell.mcp.server_name': 'docs:eu',
      'waxell.mcp.tool_name': 'search',
      'waxell.mcp.policy_id': 'mcp:docs%3Aeu:search',
      'waxell.mcp.governance_checked': true,
      'waxell.mcp.governance_action': 'warn',
      'waxell.mcp.policy_reason': 'careful',
      'waxell.mcp.governance_timestamp': '2026-01-01T00:00:00.000Z',
      'waxell.mcp.audit_agent': 'bot',
      'waxell.mcp.audit_user': 'kim',
      'waxell.mcp.params_hash': createHash('sha256').update('{"a":2,"b":1}').digest('hex').slice(0, 16),
      'waxell.mcp.policy_revision': '7',
      'waxell.mcp.matched_rule': 'r',
    });
    expect(sink.events[0]?.traceId).toBe(sdk.spans()[0]?.spanContext().traceId);
  });

  test('says what was found and that it was redacted', async () => {
    const { call } = governed();
    await call({ note: 'kim@example.com' }, () => 'kim@example.com');
    expect(attributes()).toMatchObject({
      'waxell.mcp.pii_input_types': ['email'],
      'waxell.mcp.pii_output_types': ['email'],
      'waxell.mcp.pii_redacted': true,
    });
    expect(JSON.stringify(attributes())).not.toContain('kim@');
  });

  test('says how a person decided', async () => {
    const onPolicyBlock = () => ({ approved: true, approver: 'kim', elapsedSeconds: 2 });
    await governed({ onPolicyBlock, toolConfigs: { search: { approvalRequired: true } } }).call();
    expect(attributes()).toMatchObject({
      'waxell.mcp.approval_status': 'approved',
      'waxell.mcp.approval_approver': 'kim',
      'waxell.mcp.approval_elapsed_ms': 2000,
    });
  });

  test('says that nobody was asked where the call was blocked', async () => {
    await governed({ toolConfigs: { search: { policyAction: 'block' } } }).call();
    expect(attributes()).toMatchObject({
      'error.type': 'policy_blocked',
      'waxell.mcp.approval_status': 'not_required',
    });
  });

  test('says what failed open, and that no policy decided', async () => {
    const policy = new FakeDecisionPoint(() => Promise.reject(new Error('down')));
    await governed({ policy }).call();
    expect(attributes()).toMatchObject({
      'waxell.mcp.governance_checked': false,
      'waxell.mcp.policy_skipped': true,
      'waxell.mcp.failed_open': ['decide'],
    });
  });

  test('says that a limit refused, and how long a call was held back', async () => {
    const policy = new FakeDecisionPoint({ action: 'throttle', obligations: { throttleDelaySeconds: 2 } });
    const { call, clock } = governed({ policy, policyConfig: { defaultRateLimit: { maxPerMinute: 1 } } });
    const calling = call();
    await clock.untilPending();
    await clock.advance(2000);
    await calling;
    await call();
    const [held, limited] = sdk.spans();
    expect(held?.attributes['waxell.mcp.throttle_delay_ms']).toBe(2000);
    expect(limited?.attributes).toMatchObject({ 'waxell.mcp.rate_limited': true, 'error.type': 'rate_limited' });
  });

  test('stands under another prefix where one is set', async () => {
    await governed({ attributePrefix: 'acme.' }).call();
    expect(attributes()).toMatchObject({ 'acme.policy_id': 'mcp:search' });
    expect(Object.keys(attributes()).join()).not.toContain('waxell');
  });
});

test('the metrics of a call name the tool, and an error only where there is one', async () => {
  const { call } = governed();
  await call();
  await call({}, () => ({ isError: true }));
  const points = await sdk.points('mcp.server.operation.duration');
  const common = { 'mcp.method.name': 'tools/call', 'gen_ai.tool.name': 'search' };
  expect(points.map(([each]) => each)).toStrictEqual([common, { ...common, 'error.type': 'tool_error' }]);
});
