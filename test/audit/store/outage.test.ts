import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import process from 'node:process';
import { AuditLogger } from '../../../src/audit/audit-logger.js';
import { ToolFilter } from '../../../src/tool-filter.js';
import { event, Folder } from '../support.js';

const folder = new Folder();
const disk = folder.file('disk');
mkdirSync(disk);
const run = (command: string, ...args: string[]) => spawnSync(command, args, { stdio: 'ignore' }).status === 0;
const mount = () => process.getuid?.() === 0 && run('mount', '-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', disk);
const unmount = () => run('umount', '-l', disk);
const mounts = mount() && unmount();
if (!mounts) console.warn('skipped: no right to mount a small disk');

beforeAll(() => {
  jest.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
});
// A disk of its own for each test: the driver lets go of a file that was removed some time after it was closed.
beforeEach(() => {
  if (mounts) mount();
});
afterEach(() => {
  if (mounts) unmount();
});
afterAll(() => {
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

(mounts ? describe : describe.skip).each(['db', 'jsonl'])('%s on a full disk', (kind) => {
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
  });
});

(mounts ? describe : describe.skip).each(['db', 'jsonl'])('%s on a disk that may only be read', (kind) => {
  test('calls are refused until it may be written again, and close says what is lost', async () => {
    run('mount', '-o', 'remount,ro', disk);
    const required = new AuditLogger({ url: `file:${disk}/ro.${kind}`, required: true, worker: false });
    await expect(required.intend(event(1))).rejects.toThrow(/The audit record at .* cannot be used/);
    const behind = new AuditLogger({ url: `file:${disk}/ro.${kind}`, worker: false });
    void behind.write(event(1));
    await expect(behind.close()).rejects.toThrow('1 audit events are lost.');
    expect(() => behind.write(event(2))).toThrow('closed');
    run('mount', '-o', 'remount,rw', disk);
    await required.intend(event(1));
    await required.write(event(1));
    await required.close();
  });
});

(mounts ? test : test.skip).each(['db', 'jsonl'])(
  'a full disk under %s refuses calls and not their outcomes',
  async (kind) => {
    const said: string[] = [];
    jest.spyOn(process.stderr, 'write').mockImplementation((line) => said.push(String(line)) > 0);
    const audit = new AuditLogger({ url: `file:${disk}/calls.${kind}`, required: true, worker: false });
    const filter = new ToolFilter({ audit }, { env: { MCP_GOVERNANCE_LOG_LEVEL: 'warn' } });
    let ran = 0;
    const call = () => filter.call({ tool: 'write', arguments: { text: 'x '.repeat(30_000) } }, () => (ran += 1));
    expect(await call()).toBe(1);
    fill();
    await expect(
      (async () => {
        for (;;) await call();
      })(),
    ).rejects.toMatchObject({
      code: 'audit_unavailable',
      message: expect.stringContaining('the call cannot be recorded, and may not run without a record'),
    });
    const before = ran;
    await expect(call()).rejects.toMatchObject({ code: 'audit_unavailable' });
    expect(ran).toBe(before);
    expect(said.join('')).toContain('The disk is full. Make room on it.');
    rmSync(FILLER);
    expect(await call()).toBe(before + 1);
    await filter.close();
    const logger = new AuditLogger({ url: `file:${disk}/calls.${kind}`, worker: false });
    expect(await logger.count({ resultStatus: 'success' })).toBe(ran);
    expect((await logger.verify()).ok).toBe(true);
    await logger.close();
  },
);
