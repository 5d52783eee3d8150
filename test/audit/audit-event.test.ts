import { expect, test } from '@jest/globals';
import type { AuditEvent } from '../../src/audit/audit-event.js';
import { GovernanceMiddleware } from '../../src/governance-middleware.js';
import { fakeCall, ManualClock, MemorySink } from '../../src/testing/index.js';

/** Every field there is: one that is added to the type and not here does not compile. */
const FIELDS: Readonly<Record<keyof AuditEvent, unknown>> = {
  id: expect.stringMatching(/^019b76da-a800-7/),
  timestamp: '2026-01-01T00:00:00.000Z',
  sessionId: 's-1',
  agent: 'fake-client',
  user: '',
  door: 'middleware',
  server: 'fake-server',
  tool: 'search',
  method: 'tools/call: search',
  policyId: 'mcp:search',
  action: 'allow',
  policyDecision: 'allow',
  matchedRule: '<default>',
  policyRevision: undefined,
  policyLayer: undefined,
  policyConflicts: [],
  riskLevel: undefined,
  reason: undefined,
  humanDecision: undefined,
  approver: undefined,
  paramsHash: expect.stringMatching(/^[0-9a-f]{64}$/),
  params: { query: 'cats' },
  findings: [],
  resultStatus: 'success',
  statusCode: undefined,
  errorCode: undefined,
  durationMs: 5,
  governanceMs: 0,
  definitionChanged: undefined,
  failedOpen: [],
  snapshotAgeMs: undefined,
  traceId: undefined,
  receivedAt: undefined,
  reportedBy: undefined,
};

test('an event has every field, read one by one and written as JSON', async () => {
  const sink = new MemorySink();
  const clock = new ManualClock();
  const middleware = new GovernanceMiddleware({ audit: sink }, { env: {}, clock });
  await middleware.onCallTool(fakeCall('search', { query: 'cats' }, { request: { sessionId: 's-1' } }), async () => {
    await clock.advance(5);
  });
  const [event] = sink.events;
  for (const [field, value] of Object.entries(FIELDS)) expect([field, event?.[field as never]]).toEqual([field, value]);
  expect(JSON.parse(JSON.stringify(event))).toEqual(
    JSON.parse(JSON.stringify({ ...FIELDS, id: event?.id, paramsHash: event?.paramsHash })),
  );
});
