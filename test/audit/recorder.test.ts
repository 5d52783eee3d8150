import { describe, expect, test } from '@jest/globals';
import type { AuditEvent, AuditIntent, Sink } from '../../src/audit/audit-event.js';
import { Recorder } from '../../src/audit/recorder.js';
import { MemorySink } from '../../src/testing/index.js';

const event = { id: '1' } as AuditEvent;
const fault = new Error('disk is full');
const throwing: Sink = {
  write: () => {
    throw fault;
  },
};
const rejecting: Sink = { write: () => Promise.reject(fault) };

describe('Recorder', () => {
  test('hands each event to every sink once, and is active only where there is one', () => {
    const sinks = [new MemorySink(), new MemorySink()];
    const recorder = new Recorder(sinks, () => undefined);
    void recorder.record(event);
    expect(sinks.map((sink) => sink.events)).toEqual([[event], [event]]);
    expect(recorder.active).toBe(true);
    const none = new Recorder([], () => undefined);
    void none.record(event);
    expect(none.active).toBe(false);
  });

  test('a sink that throws or rejects is told of, and keeps no event from the others', async () => {
    const dropped: unknown[] = [];
    const last = new MemorySink();
    const recorder = new Recorder([throwing, rejecting, last], (each) => dropped.push(each));
    void recorder.record(event);
    await Promise.resolve();
    expect(dropped).toEqual([fault, fault]);
    expect(last.events).toEqual([event]);
  });

  test.each(['flush', 'close'] as const)('%s reaches every sink that can, and waits for all', async (method) => {
    const done: string[] = [];
    const slow: Sink = {
      write: () => undefined,
      [method]: async () => {
        await Promise.resolve();
        done.push('slow');
      },
    };
    const quick: Sink = { write: () => undefined, [method]: async () => void done.push('quick') };
    await new Recorder([slow, new MemorySink(), quick], () => undefined)[method]();
    expect(done.sort()).toEqual(['quick', 'slow']);
  });

  test.each(['flush', 'close'] as const)('a sink that fails to %s does not keep the others from it', async (method) => {
    for (const fail of [
      () => {
        throw fault;
      },
      () => Promise.reject(fault),
    ]) {
      const done: string[] = [];
      const faulty: Sink = { write: () => undefined, [method]: fail };
      const sound: Sink = { write: () => undefined, [method]: async () => void done.push('sound') };
      await expect(new Recorder([faulty, sound], () => undefined)[method]()).rejects.toBe(fault);
      expect(done).toEqual(['sound']);
    }
  });
});

describe('a required sink', () => {
  const intent = { id: '1' } as AuditIntent;
  const keeping = (keep: () => Promise<void>, over: Partial<Sink> = {}) => {
    const kept: AuditIntent[] = [];
    const intend = (each: AuditIntent): Promise<void> => {
      kept.push(each);
      return keep();
    };
    return { sink: { required: true, write: () => undefined, intend, ...over } satisfies Sink, kept };
  };

  test('keeps each intent; a sink that is not required is not asked', async () => {
    const [a, b] = [keeping(() => Promise.resolve()), keeping(() => Promise.resolve())];
    const other = keeping(() => Promise.reject(fault), { required: false });
    const recorder = new Recorder([a.sink, other.sink, b.sink], () => undefined);
    expect(recorder.required).toBe(true);
    expect(new Recorder([other.sink], () => undefined).required).toBe(false);
    await recorder.intend(intent);
    expect([a.kept, b.kept, other.kept]).toEqual([[intent], [intent], []]);
  });

  test('one that cannot keep it is enough to reject, and the others are asked all the same', async () => {
    const [full, good] = [keeping(() => Promise.reject(fault)), keeping(() => Promise.resolve())];
    const thrown = keeping(() => {
      throw fault;
    });
    for (const each of [full, thrown]) {
      await expect(new Recorder([each.sink, good.sink], () => undefined).intend(intent)).rejects.toBe(fault);
    }
    expect(good.kept).toHaveLength(2);
  });

  test('is waited for where its event takes time, and a loss is told of, not thrown', async () => {
    const dropped: unknown[] = [];
    const { sink } = keeping(() => Promise.resolve(), { write: () => Promise.reject(fault) });
    await new Recorder([sink], (each) => dropped.push(each)).record(event);
    expect(dropped).toEqual([fault]);
    expect(new Recorder([rejecting], () => undefined).record(event)).toBeUndefined();
  });
});
