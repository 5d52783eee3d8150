import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import process from 'node:process';
import { AuditLogger } from '../../../src/audit/audit-logger.js';
import { event, Folder } from '../support.js';

const folder = new Folder();
const disk = folder.file('disk');
mkdirSync(disk);
const run = (command: string, ...args: string[]) => spawnSync(command, args, { stdio: 'ignore' }).status === 0;
const mounted = process.getuid?.() === 0 && run('mount', '-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', disk);
if (!mounted) console.warn('skipped: no right to mount a small disk');

beforeAll(() => {
  jest.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
});
afterAll(() => {
  if (mounted) run('umount', '-l', disk);
  folder.remove();
});

const FILLER = `${disk}/filler`;
/** Leaves no byte. */
function fill(): void {
  for (const size of [1 << 20, 1 << 14, 1 << 12, 1]) {
    try {
      for (;;) writeFileSync(FILLER, Buffer.alloc(size), { flag: 'a' });
    } catch {
      // Full for pieces of this size.
    }
  }
}
const large = (index: number) => event(index, { reason: 'x'.repeat(20_000) });

(mounted ? describe : describe.skip).each(['db', 'jsonl'])('%s on a full disk', (kind) => {
  test('required: refuses with a clear text, and recovers when there is room', async () => {
    const logger = new AuditLogger({ url: `file:${disk}/required.${kind}`, required: true, worker: false });
    await logger.intend(event(1));
    await logger.write(event(1));
    fill();
    await expect(
      (async () => {
        for (let index = 2; index < 100; index++) await logger.intend(large(index));
      })(),
    ).rejects.toThrow('The disk is full. Make room on it.');
    rmSync(FILLER);
    await logger.intend(event(100));
    await logger.write(event(100));
    expect((await logger.getLog({ limit: 1 })).events[0]?.id).toBe(event(100).id);
    expect((await logger.verify()).ok).toBe(true);
    await logger.close();
    for (const rest of ['', '-wal', '-shm', '.intents', '.lock'])
      rmSync(`${disk}/required.${kind}${rest}`, { force: true });
  });

  test('not required: events wait, then are dropped, and the record says how many', async () => {
    const logger = new AuditLogger({ url: `file:${disk}/behind.${kind}`, worker: false, queueLimit: 50 });
    void logger.write(event(0));
    await logger.flush();
    fill();
    let dropped = 0;
    for (let index = 1; index <= 120; index++) {
      try {
        void logger.write(large(index));
      } catch {
        dropped += 1;
      }
    }
    expect(dropped).toBe(70);
    await expect(logger.flush()).rejects.toThrow('The disk is full');
    rmSync(FILLER);
    await logger.flush();
    const { events } = await logger.getLog({ text: 'audit_dropped' });
    expect(events).toHaveLength(1);
    expect(events[0]).toMatchObject({
      method: 'audit/dropped',
      reason: expect.stringMatching(/^70 audit events were lost/),
    });
    expect(await logger.count()).toBe(52);
    await logger.close();
    for (const rest of ['', '-wal', '-shm', '.intents', '.lock'])
      rmSync(`${disk}/behind.${kind}${rest}`, { force: true });
  });
});

(mounted ? test : test.skip)(
  'a disk that may only be read: calls are refused, and close says what is lost',
  async () => {
    run('mount', '-o', 'remount,ro', disk);
    const required = new AuditLogger({ url: `file:${disk}/ro.db`, required: true, worker: false });
    await expect(required.intend(event(1))).rejects.toThrow(/The audit record at .* cannot be used/);
    const behind = new AuditLogger({ url: `file:${disk}/ro.db`, worker: false });
    void behind.write(event(1));
    await expect(behind.close()).rejects.toThrow('1 audit events are lost.');
    run('mount', '-o', 'remount,rw', disk);
    await required.intend(event(1));
    await required.write(event(1));
    await required.close();
  },
);
