import { expect, test } from '@jest/globals';
import type { AuditEvent } from '../../../src/audit/audit-event.js';
import { WriteQueue } from '../../../src/audit/queue/write-queue.js';
import { ManualClock } from '../../../src/testing/index.js';
import { event } from '../support.js';

function open(more: { durable?: boolean; limit?: number; fail?: () => boolean } = {}) {
  const kept: AuditEvent[] = [];
  const queue = new WriteQueue({
    durable: more.durable ?? false,
    limit: more.limit ?? 100,
    clock: new ManualClock(),
    onOutage: () => undefined,
    deliver: async ({ texts }) => {
      await Promise.resolve();
      if (more.fail?.() === true) throw new Error('full');
      kept.push(...texts.map((text) => JSON.parse(text) as AuditEvent));
    },
  });
  return { queue, kept };
}

test('many events are kept in their order, however many come while others are on their way', async () => {
  const { queue, kept } = open({ limit: 100_000 });
  for (let index = 0; index < 5_000; index++) {
    queue.push(event(index));
    if (index % 700 === 0) await new Promise(setImmediate);
  }
  await queue.drain();
  expect(kept.map(({ id }) => id)).toEqual(Array.from({ length: 5_000 }, (_, index) => event(index).id));
});

test('an event that cannot be written down is counted as lost, and the others are kept', async () => {
  const { queue, kept } = open();
  queue.push(event(1));
  queue.push(
    event(2, {
      params: {
        get a(): never {
          throw new Error('hostile');
        },
      },
    }),
  );
  queue.push(event(3, { server: 1n as never, timestamp: 1n as never }));
  queue.push(event(4));
  await queue.drain();
  expect(kept.filter(({ tool }) => tool !== '').map(({ id }) => id)).toEqual([event(1).id, event(4).id]);
  expect(kept.filter(({ errorCode }) => errorCode === 'audit_dropped').map(({ reason }) => reason)).toEqual([
    expect.stringMatching(/^2 audit events were lost/),
  ]);
});

test('where callers wait, an outcome that finds the queue full is counted as lost, too', async () => {
  let full = true;
  const { queue, kept } = open({ durable: true, limit: 1, fail: () => full });
  await expect(queue.kept(event(1))).rejects.toThrow('full');
  await expect(queue.kept(event(2))).rejects.toThrow('dropped');
  await expect(queue.intended(event(3))).rejects.toThrow('does not keep up');
  full = false;
  await queue.drain();
  expect(kept.map(({ method }) => method)).toEqual([event(1).method, 'audit/dropped']);
});

test('a closed queue takes nothing, tells who waits, and says how many events it gave up', async () => {
  const { queue } = open({ durable: true, fail: () => true });
  await expect(queue.kept(event(1))).rejects.toThrow('full');
  const waits = queue.kept(event(2));
  expect(queue.close()).toBe(2);
  await expect(waits).rejects.toThrow('The AuditLogger was closed.');
  expect(() => {
    queue.push(event(3));
  }).toThrow('The AuditLogger was closed.');
  await expect(queue.intended(event(3))).rejects.toThrow('The AuditLogger was closed.');
});
