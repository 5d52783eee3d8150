import { expect, test } from '@jest/globals';
import type { Administrator } from '../../../src/cli/demo/administrator.js';
import type { PlayedCall } from '../../../src/cli/demo/play.js';
import { proveRecord } from '../../../src/cli/demo/prove-record.js';
import { searchAudit } from '../../../src/wire/audit.js';

/** A controlplane's record, as whoever reads it over HTTP sees it. */
function reader(events: readonly object[], ok = true): Pick<Administrator, 'ask'> {
  return { ask: async (endpoint) => (endpoint.id === searchAudit.id ? { events, cursor: null } : { ok }) as never };
}

function call(id: string): PlayedCall {
  const line = { tool: 'read_file', action: 'allow', reason: '', outcome: 'allowed', expected: 'allowed', micros: 1 };
  const event = { id, timestamp: '2026-11-01T00:00:00.000Z', resultStatus: 'success' };
  return { kind: 'call', about: '', line, event } as never;
}

const KEPT = { id: 'a', resultStatus: 'success' };

test('a call that is on record once is as it was', async () => {
  const proof = await proveRecord(reader([KEPT]), [call('a')], 1);
  expect(proof.judge(call('a'))).toEqual(call('a'));
  expect(proof.seen).toContain('1 of 1 calls are on record once, 1 of them');
});

test.each([
  ['not on record', [], 0],
  ['on record twice', [KEPT, KEPT], 2],
  ['on record as another one', [{ ...KEPT, resultStatus: 'blocked' }], 0],
])('a call that is %s is unexpected', async (_, events, times) => {
  const proof = await proveRecord(reader(events), [call('a')], 0);
  const { outcome, reason } = proof.judge(call('a')).line;
  expect({ outcome, reason }).toEqual({
    outcome: 'unexpected',
    reason: `the controlplane's record has the call ${times} times`,
  });
});

test('a chain that is broken ends the demo', async () => {
  await expect(proveRecord(reader([KEPT], false), [call('a')], 0)).rejects.toThrow('the chain of the record is broken');
});
