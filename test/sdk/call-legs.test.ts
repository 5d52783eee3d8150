import { afterEach, describe, expect, test } from '@jest/globals';
import type { ApprovalDecision, ApprovalHandler } from '../../src/approval/approval.js';
import { textOf } from '../contract/hosts/host.js';
import { until } from '../contract/faults.js';
import { closeAll, governance, LINES } from './asking-servers.js';

afterEach(closeAll);

/** A handler that decides when it is told to, and says whether anybody still waits. */
function patient() {
  const asked: { signal?: AbortSignal; answer?: (decision: ApprovalDecision) => void } = {};
  const onPolicyBlock: ApprovalHandler = (_error, { signal }) =>
    new Promise((resolve) => Object.assign(asked, { signal, answer: resolve }));
  return { asked, onPolicyBlock };
}

describe.each(LINES)('while a call waits for a person, on %s', (_, connect) => {
  test('its client is told so every 15 seconds, if it asked to be told', async () => {
    const { asked, onPolicyBlock } = patient();
    const shared = governance({ onPolicyBlock });
    const { call } = await connect(shared, undefined);
    const told: unknown[] = [];
    const calling = call('write', 'x', { onprogress: ({ message }) => told.push(message) });
    await until(() => asked.answer !== undefined);
    for (const count of [1, 2]) {
      await shared.clock.advance(15_000);
      await until(() => told.length === count);
    }
    asked.answer?.({ approved: true });
    expect(textOf(await calling)).toBe('wrote x');
    expect(told).toEqual(['write waits for approval (15 s)', 'write waits for approval (30 s)']);
  });

  test('and is cancelled, the question is withdrawn and the tool does not run', async () => {
    const { asked, onPolicyBlock } = patient();
    const shared = governance({ onPolicyBlock });
    const { call } = await connect(shared, undefined);
    const cancel = new AbortController();
    const calling = call('write', 'x', { signal: cancel.signal }).catch((error: unknown) => error);
    await until(() => asked.signal !== undefined);
    cancel.abort(new Error('enough'));
    expect(String(await calling)).toContain('enough');
    await until(() => asked.signal?.aborted === true && shared.sink.events.length === 1);
    asked.answer?.({ approved: true });
    await new Promise((resolve) => setImmediate(resolve));
    expect(shared.runs).toEqual([]);
    expect(shared.sink.events).toMatchObject([{ resultStatus: 'cancelled', humanDecision: undefined }]);
  });
});
