import { afterAll, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AuditLogger } from '../../src/audit/audit-logger.js';
import { root } from '../cli/run.js';
import { event, Folder } from './support.js';

const folder = new Folder();
afterAll(() => folder.remove());

const guide = readFileSync(join(root, 'docs/guides/audit.md'), 'utf8');
const script = /```python\n([\s\S]*?)```/.exec(guide)?.[1] ?? '';
const hasPython = spawnSync('python3', ['--version']).status === 0;
if (!hasPython) console.warn('skipped: python3 is not installed');

(hasPython ? test : test.skip)('the script of the guide verifies what we write, and finds a changed byte', async () => {
  const logger = new AuditLogger({ url: `file:${folder.file('a.db')}`, worker: false });
  for (let index = 0; index < 30; index++)
    void logger.write(event(index, { durationMs: 1e-7 * index, reason: 'é "q" \u2028 \\n' }));
  const file = folder.file('export.jsonl');
  await logger.exportJsonl(file);
  await logger.close();
  const run = () => spawnSync('python3', ['-c', script, file], { encoding: 'utf8' });
  expect(run()).toMatchObject({ status: 0, stdout: '30 events, whole and in order\n' });
  writeFileSync(file, readFileSync(file, 'utf8').replace('number17', 'number71'));
  expect(run()).toMatchObject({ status: 1, stderr: 'event 18 is not as it was written\n' });
});
