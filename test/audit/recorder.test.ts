import { describe, expect, test } from '@jest/globals';
import type { AuditEvent, Sink } from '../../src/audit/audit-event.js';
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
    recorder.record(event);
    expect(sinks.map((sink) => sink.events)).toEqual([[event], [event]]);
    expect(recorder.active).toBe(true);
    const none = new Recorder([], () => undefined);
    none.record(event);
    expect(none.active).toBe(false);
  });

  test('a sink that throws or rejects is told of, and keeps no event from the others', async () => {
    const dropped: unknown[] = [];
    const last = new MemorySink();
    const recorder = new Recorder([throwing, rejecting, last], (each) => dropped.push(each));
    recorder.record(event);
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
