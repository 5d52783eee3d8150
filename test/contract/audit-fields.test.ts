import { afterAll, describe, expect, it } from '@jest/globals';
import { FakeDecisionPoint } from '../../src/testing/index.js';
import { DOORS } from './doors.js';
import { text } from './hosts/all-hosts.js';
import { registerTelemetry } from './telemetry.js';

/** The fields of the contract; what a store adds (`previousHash`, `hash`) is its own to test. */
const FIELDS = [
  'id timestamp sessionId agent user door server tool method policyId action policyDecision matchedRule',
  'policyRevision riskLevel reason humanDecision approver paramsHash params findings resultStatus statusCode',
  'durationMs governanceMs failedOpen traceId',
].flatMap((line) => line.split(' '));

const telemetry = registerTelemetry();
afterAll(() => telemetry.shutdown());

describe.each(DOORS)('the audit event at $title', ({ title, open }) => {
  it('has every field of the contract, and says the same as at any other door', async () => {
    const answer = { action: 'review', reason: 'careful', ruleName: 'r', revision: '7', risk: 'high' } as const;
    const door = await open([{ name: 'echo', handler: () => text('done') }], {
      policy: new FakeDecisionPoint(answer),
      serverName: 'contract',
      identify: () => ({ agent: 'bot', user: 'ann', attributes: {}, selfDeclared: false }),
      onPolicyBlock: () => ({ approved: true, approver: 'kim' }),
    });
    await door.call('echo', { mail: 'ann@example.com' });
    const event = JSON.parse(JSON.stringify(door.events[0], (_, value: unknown) => value ?? null)) as object;
    expect(Object.keys(event)).toEqual(expect.arrayContaining(FIELDS));
    expect(event).toMatchObject({
      door: title === 'ToolFilter' ? 'filter' : 'middleware',
      agent: 'bot',
      user: 'ann',
      server: 'contract',
      tool: 'echo',
      method: 'tools/call: echo',
      policyId: 'mcp:contract:echo',
      action: 'review',
      policyDecision: 'approved_by_user',
      matchedRule: 'r',
      policyRevision: '7',
      riskLevel: 'high',
      reason: 'careful',
      humanDecision: 'approved',
      approver: 'kim',
      params: { mail: '##EMAIL##' },
      findings: [{ type: 'email', path: '$.mail' }],
      resultStatus: 'success',
      // No door here asks anybody over HTTP.
      statusCode: null,
      failedOpen: [],
      traceId: telemetry.spans().at(-1)?.spanContext().traceId,
    });
    await door.close();
  });
});
