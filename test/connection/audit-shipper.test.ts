import { describe, expect, test } from '@jest/globals';
import type { StoredEvent } from '../../src/audit/audit-event.js';
import { AuditOutbox } from '../../src/connection/audit-outbox.js';
import { AuditShipper } from '../../src/connection/audit-shipper.js';
import { Backoff } from '../../src/connection/backoff.js';
import { faultOfStatus } from '../../src/connection/connection-fault.js';
import { toLost, toWireText } from '../../src/connection/wire-event.js';
import { ManualClock } from '../../src/testing/index.js';
import { auditEvent } from '../../src/wire/audit.js';
import { event } from '../audit/support.js';
import { stateFolder } from './doors.js';

type Sent = { readonly id: string; readonly tool: string; readonly errorCode?: string };

/** A controlplane that keeps what it gets, once. */
function keeping(refuses: (event: Sent) => boolean = () => false) {
  const kept = new Map<string, Sent>();
  let requests = 0;
  const ask = async (_: unknown, { body }: { body?: unknown }): Promise<never> => {
    requests++;
    expect(Buffer.byteLength(body as string)).toBeLessThan(1024 ** 2);
    const { events } = JSON.parse(body as string) as { events: Sent[] };
    if (events.some(refuses)) throw faultOfStatus(400, undefined);
    let duplicates = 0;
    for (const event of events) {
      expect(auditEvent.safeParse(event).success).toBe(true);
      if (kept.has(event.id)) duplicates++;
      kept.set(event.id, event);
    }
    return { accepted: events.length - duplicates, duplicates } as never;
  };
  return { ask: ask as never, kept, requests: () => requests };
}

function outboxIn(folder: string, maxBytes?: number): AuditOutbox {
  return new AuditOutbox({ folder, name: 'test', thread: false, ...(maxBytes === undefined ? {} : { maxBytes }) });
}

describe('AuditShipper', () => {
  test('delivers in batches what waits, and keeps nothing of it', async () => {
    const state = stateFolder();
    const outbox = outboxIn(state.path);
    const client = keeping();
    const shipper = new AuditShipper({
      outbox,
      client,
      clock: new ManualClock(),
      backoff: new Backoff(),
      onFault: (fault) => expect(fault).toBeUndefined(),
      onRefused: () => undefined,
    });
    for (let i = 0; i < 2500; i++) outbox.write(event(i, { tool: `tool_${i}` }));
    await outbox.flush();
    expect(await outbox.count()).toBe(2500);
    await shipper.deliver();
    expect([...client.kept.values()].map(({ tool }) => tool)).toEqual(
      Array.from({ length: 2500 }, (_, i) => `tool_${i}`),
    );
    expect(client.requests()).toBe(5);
    expect(await outbox.count()).toBe(0);
    await shipper.close();
    await outbox.close();
    state.remove();
  });

  test('an event that is never taken holds up no other, and what is lost is said', async () => {
    const state = stateFolder();
    const outbox = outboxIn(state.path);
    const client = keeping(({ tool }) => tool === 'poison');
    let refused = 0;
    const shipper = new AuditShipper({
      outbox,
      client,
      clock: new ManualClock(),
      backoff: new Backoff(),
      onFault: (fault) => expect(fault).toBeUndefined(),
      onRefused: () => {
        refused++;
      },
    });
    for (let i = 0; i < 20; i++) outbox.write(event(i, { tool: i === 7 ? 'poison' : `tool_${i}` }));
    await shipper.deliver();
    expect(client.kept.size).toBe(20);
    expect([...client.kept.values()].filter(({ errorCode }) => errorCode === 'audit_dropped')).toHaveLength(1);
    expect(refused).toBe(1);
    await shipper.close();
    await outbox.close();
    state.remove();
  });

  test('an event that is taken in no form is let go, and that is told', async () => {
    const state = stateFolder();
    const outbox = outboxIn(state.path);
    const client = keeping(({ tool, errorCode }) => tool === 'poison' || errorCode === 'audit_dropped');
    const faults: unknown[] = [];
    const shipper = new AuditShipper({
      ...{ outbox, client, clock: new ManualClock(), backoff: new Backoff() },
      onFault: (fault) => faults.push(fault),
      onRefused: () => undefined,
    });
    for (let i = 0; i < 20; i++) outbox.write(event(i, { tool: i === 7 ? 'poison' : `tool_${i}` }));
    await shipper.deliver();
    expect(client.kept.size).toBe(19);
    expect(await outbox.count()).toBe(0);
    expect(String(faults)).toContain('let go; so far 1');
    expect(shipper.fault).toBeUndefined();
    await shipper.close();
    await outbox.close();
    state.remove();
  });

  test('two processes with one outbox deliver one after the other', async () => {
    const state = stateFolder();
    const boxes = [outboxIn(state.path), outboxIn(state.path)];
    let inside = 0;
    const most = await Promise.all(
      boxes.map(async (box) => {
        let seen = 0;
        for (let i = 0; i < 20; i++) {
          await box.exclusively(async () => {
            seen = Math.max(seen, ++inside);
            await new Promise(setImmediate);
            inside--;
          });
        }
        return seen;
      }),
    );
    expect(Math.max(...most)).toBe(1);
    await Promise.all(boxes.map((box) => box.close()));
    state.remove();
  });

  test('an outbox is bounded, and says what it drops', async () => {
    const state = stateFolder();
    const outbox = outboxIn(state.path, 64 * 1024);
    const dropped: unknown[] = [];
    for (let i = 0; i < 4000; i++) {
      try {
        outbox.write(event(i, { tool: `tool_${i}` }));
      } catch (fault) {
        dropped.push(fault);
      }
      if (i % 500 === 0) await outbox.flush();
    }
    expect(dropped.length).toBeGreaterThan(0);
    expect(String(dropped[0])).toContain('65536 bytes wait for the controlplane already');
    await outbox.close();
    state.remove();
  });
});

describe('toWireText', () => {
  const stored = (over: object): StoredEvent => ({
    ...event(1),
    seq: 1,
    previousHash: '0'.repeat(64),
    hash: '0'.repeat(64),
    ...over,
  });
  const written = (over: object): Record<string, unknown> => JSON.parse(toWireText(stored(over)).json);

  test.each([
    ['a long name', { agent: 'a'.repeat(10_000) }],
    ['control characters', { user: 'ann\u0000\u001b[31m', reason: 'x\u0007' }],
    ['half a surrogate pair', { tool: 'a\ud800' }],
    ['large arguments', { params: { text: 'x'.repeat(900_000) } }],
    ['many conflicts', { policyConflicts: Array(500).fill('layer: block') }],
    ['something that is no event', { durationMs: -1, action: 'permit', findings: 'none' }],
    ['a damaged one', { id: '', timestamp: '' }],
  ])('%s still goes', (_, over) => {
    const event = written(over);
    expect(auditEvent.safeParse(event).error).toBeUndefined();
    expect(JSON.stringify(event).length).toBeLessThan(300_000);
    for (const field of ['seq', 'hash', 'previousHash']) expect(event).not.toHaveProperty(field);
  });

  const finding = (path: string): object => ({ type: 'email', category: 'pii', start: 0, end: 9, confidence: 1, path });
  const who = { agent: 'mallory', user: 'eve', server: 'db', tool: 'exfiltrate', policyDecision: 'block' };

  test.each([
    ['many findings', { findings: Array.from({ length: 9000 }, (_, i) => finding(`$.to[${i}]`)) }],
    ['more than any event may have', { findings: Array.from({ length: 10_001 }, (_, i) => finding(`$[${i}]`)) }],
    ['long paths', { findings: Array.from({ length: 1000 }, () => finding(`$.${'x'.repeat(3000)}`)) }],
    ['findings that are none', { findings: 'none', durationMs: -1 }],
    ['findings of a megabyte', { findings: [{ ...finding('$'), note: 'x'.repeat(1_000_000) }] }],
  ])('who called what, and the decision, survive %s', (_, over) => {
    const event = written({ ...who, ...over });
    expect(auditEvent.safeParse(event).error).toBeUndefined();
    expect(event).toMatchObject({ ...who, id: stored({}).id, reason: expect.stringContaining('left out') });
    expect(JSON.stringify(event).length).toBeLessThan(300_000);
  });

  test.each([{ server: 'evil\u0001' }, { door: 'x', timestamp: '\u0000' }, { id: '' }])(
    'what goes in place of an event is one, and the same each time: %j',
    (over) => {
      const [once, again] = [1, 2].map(() => JSON.parse(toLost(stored(over)).json));
      expect(auditEvent.safeParse(once).error).toBeUndefined();
      expect(once.id).toBe(again.id);
      expect(once.errorCode).toBe('audit_dropped');
    },
  );
});
