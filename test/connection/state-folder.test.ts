import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AuditShipper } from '../../src/connection/audit-shipper.js';
import { Backoff } from '../../src/connection/backoff.js';
import { MemoryOutbox } from '../../src/connection/memory-outbox.js';
import { makeFolder } from '../../src/call/make-folder.js';
import { usableFolder } from '../../src/connection/state-folder.js';
import { ManualClock } from '../../src/testing/index.js';
import { event } from '../audit/support.js';
import { stateFolder } from './doors.js';

let state: ReturnType<typeof stateFolder>;

beforeEach(() => {
  state = stateFolder();
  writeFileSync(join(state.path, 'file'), '');
});

afterEach(() => state.remove());

describe('a state folder', () => {
  test('that cannot be made is replaced by one among the temporary files, or by none', () => {
    const nowhere = join(state.path, 'file', 'below');
    expect(usableFolder(join(state.path, 'a', 'b'))).toBe(join(state.path, 'a', 'b'));
    expect(usableFolder(nowhere, state.path)).toContain(state.path);
    expect(usableFolder(nowhere, join(state.path, 'file'))).toBeUndefined();
  });

  test('below /proc is refused at once', () => {
    expect(() => makeFolder('/proc/nothing/here')).toThrow(/ENOENT|EACCES|EROFS|ENOTDIR|EPERM/);
  });
});

describe('MemoryOutbox', () => {
  test('delivers in order what waits in memory, and is bounded', async () => {
    const outbox = new MemoryOutbox(3);
    const sent: string[] = [];
    const ask = async (_: unknown, { body }: { body?: unknown }): Promise<never> => {
      const { events } = JSON.parse(body as string) as { events: { tool: string }[] };
      sent.push(...events.map(({ tool }) => tool));
      return { accepted: events.length, duplicates: 0 } as never;
    };
    const shipper = new AuditShipper({
      ...{ outbox, client: { ask }, clock: new ManualClock(), backoff: new Backoff() },
      onFault: (fault) => expect(fault).toBeUndefined(),
      onRefused: () => undefined,
    });
    for (const tool of ['a', 'b', 'c']) outbox.write(event(1, { tool }));
    expect(() => outbox.write(event(1, { tool: 'd' }))).toThrow('3 of them wait for the controlplane already');
    await shipper.deliver();
    expect(sent).toEqual(['a', 'b', 'c']);
    outbox.write(event(1, { tool: 'e' }));
    await shipper.deliver();
    expect(sent).toEqual(['a', 'b', 'c', 'e']);
    await shipper.close();
  });
});
