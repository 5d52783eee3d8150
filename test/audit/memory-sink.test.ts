import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { AuditEvent } from '../../src/audit/audit-event.js';
import { MemorySink } from '../../src/audit/memory-sink.js';

const event = (id: string): AuditEvent => ({ id }) as AuditEvent;

test('keeps the newest events, oldest first, whatever its capacity', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 8 }), fc.nat({ max: 30 }), (capacity, count) => {
      const sink = new MemorySink(capacity);
      const ids = Array.from({ length: count }, (_, index) => String(index));
      for (const id of ids) sink.write(event(id));
      expect(sink.events.map((each) => each.id)).toEqual(ids.slice(-capacity));
    }),
  );
});

test('forgets all when told to, and goes on', () => {
  const sink = new MemorySink(2);
  for (const id of ['a', 'b', 'c']) sink.write(event(id));
  sink.clear();
  expect(sink.events).toEqual([]);
  for (const id of ['d', 'e', 'f']) sink.write(event(id));
  expect(sink.events.map((each) => each.id)).toEqual(['e', 'f']);
});

test('what was read does not change with what is written later', () => {
  const sink = new MemorySink();
  sink.write(event('a'));
  const { events } = sink;
  sink.write(event('b'));
  expect(events).toHaveLength(1);
});
