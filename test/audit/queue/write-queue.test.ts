import { expect, test } from '@jest/globals';
import { AuditError } from '../../../src/audit/audit-error.js';
import type { AuditEvent } from '../../../src/audit/audit-event.js';
import { eventText, type WrittenEvent } from '../../../src/audit/chain/event-text.js';
import { WriteQueue } from '../../../src/audit/queue/write-queue.js';
import { ManualClock } from '../../../src/testing/index.js';
import { event } from '../support.js';

function open(more: { durable?: boolean; limit?: number; fail?: () => boolean; refuse?: RegExp } = {}) {
  const kept: AuditEvent[] = [];
  const queue = new WriteQueue({
    durable: more.durable ?? false,
    limit: more.limit ?? 100,
    clock: new ManualClock(),
    onOutage: () => undefined,
    deliver: async ({ texts }) => {
      await Promise.resolve();
      if (more.fail?.() === true) throw new Error('full');
      if (more.refuse?.test(texts.join()) === true) throw Object.assign(new Error('too deep'), { code: '54000' });
      kept.push(...texts.map((text) => JSON.parse(text) as AuditEvent));
    },
  });
  return { queue, kept };
}

const written = (index: number): WrittenEvent => ({ event: event(index), written: eventText(event(index)) });

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

test('an event that comes again is forgotten where it is not kept, and nothing is said in its place', async () => {
  let full = true;
  let lie = false;
  const { queue, kept } = open({ durable: true, fail: () => full, refuse: { test: () => lie } as unknown as RegExp });
  await expect(queue.offered([written(1)])).rejects.toThrow('full');
  expect(queue.size).toBe(0);
  full = false;
  lie = true;
  await expect(queue.offered([written(2)])).rejects.toThrow('too deep');
  lie = false;
  await queue.offered([]);
  await queue.offered([written(1)]);
  await queue.drain();
  expect(kept.map(({ id }) => id)).toEqual([event(1).id]);
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

test('events that the store never takes hold up no others, and the record tells of them', async () => {
  const { queue, kept } = open({ limit: 5_000, refuse: /poison/ });
  const poison = (index: number) => event(index, { tool: 'poison', server: `poison${'x'.repeat(300)}` });
  for (let index = 0; index < 3_000; index++)
    queue.push([0, 1_234, 2_999].includes(index) ? poison(index) : event(index));
  await queue.drain();
  const others = kept.filter(({ method }) => method !== 'audit/dropped').map(({ id }) => id);
  const all = Array.from({ length: 3_000 }, (_, index) => event(index).id);
  expect(others).toEqual(all.filter((_, index) => ![0, 1_234, 2_999].includes(index)));
  const told = kept.filter(({ method }) => method === 'audit/dropped');
  expect(told.map(({ reason }) => reason)).toEqual(
    [0, 1_234, 2_999].map((index) =>
      expect.stringContaining(
        `1 audit events were lost: the store did not take them, or they were no events. They arrived from ${event(index).timestamp}`,
      ),
    ),
  );
  expect(queue.size).toBe(0);
});

test('who waits for an event or an intent that the store never takes is told, and the others get through', async () => {
  const { queue, kept } = open({ durable: true, refuse: /poison/ });
  const results = await Promise.allSettled([
    queue.kept(event(1)),
    queue.kept(event(2, { tool: 'poison' })),
    queue.kept(event(3)),
    queue.intended(event(4)),
  ]);
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled']);
  expect(kept.map(({ method }) => method)).toEqual([event(1).method, 'audit/dropped', event(3).method]);
});

test.each([
  ['a full disk', Object.assign(new Error('no room'), { code: 'ENOSPC' })],
  ['a lost connection', new Error('Connection terminated unexpectedly')],
  ['a fault of that kind behind our own text', new AuditError('Full.', { cause: { code: 'SQLITE_FULL' } })],
  ['a store that another holds', new AuditError('Held.')],
  ['a fault that what would stand for an event meets, too', Object.assign(new Error('x'), { code: '22000' })],
])('%s gives up no event', async (_, fault) => {
  let isBroken = true;
  const kept: string[] = [];
  const queue = new WriteQueue({
    durable: false,
    limit: 100,
    clock: new ManualClock(),
    onOutage: () => undefined,
    deliver: async ({ texts }) => {
      await Promise.resolve();
      if (isBroken) throw fault;
      kept.push(...texts.map((text) => (JSON.parse(text) as AuditEvent).id));
    },
  });
  for (let index = 0; index < 8; index++) queue.push(event(index));
  await expect(queue.drain()).rejects.toBe(fault);
  expect(queue.size).toBe(8);
  isBroken = false;
  await queue.drain();
  expect(kept).toEqual(Array.from({ length: 8 }, (_each, index) => event(index).id));
});

test('of events that come together, one that the store never takes is refused, and the others are kept', async () => {
  const { queue, kept } = open({ durable: true, refuse: /000000000002/ });
  await expect(queue.offered([written(1), written(2), written(3)])).rejects.toThrow('too deep');
  expect(kept.map(({ id }) => id)).toEqual([event(1).id, event(3).id]);
  expect(queue.size).toBe(0);
});

test('more events than may wait are refused together, and none of them is kept', async () => {
  const { queue, kept } = open({ durable: true, limit: 2 });
  await expect(queue.offered([written(1), written(2), written(3)])).rejects.toThrow('does not keep up');
  await queue.drain();
  expect(kept).toEqual([]);
});
