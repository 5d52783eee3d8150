import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { APPROVAL_STATES, type ApprovalState, canFollow, isFinalState } from '../../src/approval/approval-request.js';
import { consumeApproval } from '../../src/approval/consume-approval.js';
import { MemoryApprovalStore } from '../../src/approval/memory-approval-store.js';
import { ManualClock } from '../../src/testing/index.js';
import { approvalRecord } from './support.js';

const BINDING = 'b'.repeat(64);

/** A store with one approved request that may be used for two minutes. */
async function approved(clock = new ManualClock(0)) {
  const store = new MemoryApprovalStore();
  await store.create(approvalRecord());
  await store.transition('request-1', 'pending', 'approved', { useBy: clock.now() + 120_000, approver: 'kim' });
  return { store, clock };
}

describe('steps', () => {
  test('whatever is tried, a request only ever goes where the states say, and a final one nowhere', async () => {
    const step = fc.tuple(fc.constantFrom(...APPROVAL_STATES), fc.constantFrom(...APPROVAL_STATES));
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
        const store = new MemoryApprovalStore();
        await store.create(approvalRecord());
        let state: ApprovalState = 'pending';
        for (const [from, to] of steps) {
          const tried = store.transition('request-1', from, to);
          if (!canFollow(from, to)) {
            await expect(tried).rejects.toThrow();
            continue;
          }
          const { taken } = await tried;
          expect(taken).toBe(from === state);
          if (taken) state = to;
          expect((await store.get('request-1'))?.state).toBe(state);
        }
      }),
      { numRuns: 200 },
    );
    expect(APPROVAL_STATES.filter(isFinalState)).toEqual(['denied', 'expired', 'withdrawn', 'consumed', 'lapsed']);
  });

  test('who comes second learns who was first', async () => {
    const store = new MemoryApprovalStore();
    await store.create(approvalRecord());
    await store.transition('request-1', 'pending', 'denied', { approver: 'kim' });
    expect(await store.transition('request-1', 'pending', 'approved', { approver: 'lee' })).toMatchObject({
      taken: false,
      record: { state: 'denied', approver: 'kim' },
    });
    expect(await store.transition('nobody', 'pending', 'approved')).toEqual({ taken: false, record: undefined });
  });

  test('an id is given once, and a store holds so many and no more', async () => {
    const store = new MemoryApprovalStore({ maxOpen: 2, maxSettled: 1 });
    await store.create(approvalRecord({ id: 'a' }));
    await expect(store.create(approvalRecord({ id: 'a' }))).rejects.toThrow('there already');
    await store.create(approvalRecord({ id: 'b' }));
    await expect(store.create(approvalRecord({ id: 'c' }))).rejects.toThrow('2 approvals are open');
    await store.transition('a', 'pending', 'denied');
    await store.transition('b', 'pending', 'denied');
    // Settled, it keeps nothing that may be large.
    expect(await store.get('b')).toMatchObject({ arguments: {} });
    expect([await store.get('a'), (await store.get('b'))?.state]).toEqual([undefined, 'denied']);
  });
});

describe('an approval is used once', () => {
  test('1,000 who try at once: one may run', async () => {
    const { store, clock } = await approved();
    const tried = Array.from({ length: 1000 }, () => consumeApproval(store, 'request-1', BINDING, clock));
    const said = await Promise.all(tried);
    expect(said.filter((each) => each === undefined)).toHaveLength(1);
    expect(said.filter((each) => each === 'used')).toHaveLength(999);
    expect((await store.get('request-1'))?.state).toBe('consumed');
  });

  test('of what was approved, and of nothing else', async () => {
    const { store, clock } = await approved();
    expect(await consumeApproval(store, 'request-1', 'c'.repeat(64), clock)).toBe('changed');
    expect(await consumeApproval(store, 'unknown', BINDING, clock)).toBe('used');
    expect(await consumeApproval(store, 'request-1', BINDING, clock)).toBeUndefined();
  });

  test('until its use-by, and not at that moment', async () => {
    for (const [ms, said] of [
      [119_999, undefined],
      [120_000, 'lapsed'],
    ] as const) {
      const { store, clock } = await approved();
      await clock.advance(ms);
      expect(await consumeApproval(store, 'request-1', BINDING, clock)).toBe(said);
      expect((await store.get('request-1'))?.state).toBe(said ?? 'consumed');
    }
  });

  test('never before somebody approved', async () => {
    const store = new MemoryApprovalStore();
    await store.create(approvalRecord());
    expect(await consumeApproval(store, 'request-1', BINDING, new ManualClock(0))).toBe('used');
  });
});
