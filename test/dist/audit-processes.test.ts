import { afterAll, expect, test } from '@jest/globals';
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AuditLogger } from '../../src/audit/audit-logger.js';

const folder = mkdtempSync(join(tmpdir(), 'mcp-governance-processes-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});
const WRITERS = 3;
const EACH = 400;

/** Half of the processes wait for each event, the others write behind. */
const PROGRAM = `
import { AuditLogger } from '${new URL('../../dist/index.js', import.meta.url).href}';
import { eventOf } from '${new URL('../../scripts/soak/event.mjs', import.meta.url).href}';
const [, url, writer] = process.argv;
const required = Number(writer) % 2 === 0;
const logger = new AuditLogger({ url, required });
for (let at = 0; at < ${EACH}; at++) {
  const event = eventOf(writer + '-' + at);
  if (required) await logger.intend(event);
  await logger.write(event);
}
await logger.close();
`;

test('several processes share one file and one chain, and none loses an event', async () => {
  const url = `file:${join(folder, 'shared.db')}`;
  const statuses = await Promise.all(
    Array.from({ length: WRITERS }, async (_, writer) => {
      const child = spawn(process.execPath, ['--input-type=module', '-e', PROGRAM, url, String(writer)], {
        stdio: 'inherit',
      });
      return new Promise((resolve) => child.on('close', resolve));
    }),
  );
  expect(statuses).toEqual(Array(WRITERS).fill(0));
  const logger = new AuditLogger({ url, worker: false });
  const ids = new Set<string>();
  for await (const page of logger.scan()) for (const { id, resultStatus } of page) ids.add(`${id} ${resultStatus}`);
  const expected = Array.from({ length: WRITERS * EACH }, (_, at) => `${Math.floor(at / EACH)}-${at % EACH} success`);
  expect([...ids].sort()).toEqual(expected.sort());
  expect(await logger.verify()).toMatchObject({ ok: true, count: WRITERS * EACH });
  await logger.close();
}, 30_000);

test('processes that are killed break no promise: the short form of npm run soak', () => {
  const soak = ['scripts/soak.mjs', '--part', 'record', '--rounds', '6', '--events', '500', '--seed', '7'];
  const { status, stdout, stderr } = spawnSync(process.execPath, soak, { encoding: 'utf8' });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout).toMatch(/^db: 6 kills .* none missing.*\njsonl: 6 kills .* none missing/);
}, 60_000);
