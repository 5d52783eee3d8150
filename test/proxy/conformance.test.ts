import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** The suite runs four times, most of which it waits. */
const WITHIN_MS = 40_000;

test(
  'no scenario of the MCP conformance suite is worse through the proxy than bare; blocked, no call reaches the server',
  () => {
    const { stdout, stderr, status } = spawnSync(process.execPath, ['scripts/conformance.mjs', '--built'], {
      cwd: ROOT,
      encoding: 'utf8',
      timeout: WITHIN_MS,
    });
    expect({ stdout, stderr, status }).toMatchObject({ stderr: '', status: 0 });
    expect(stdout).toMatch(/^bare: 32 scenarios, 44 checks passed, 0 failed$/m);
    for (const mode of ['allow', 'review', 'block']) {
      expect(stdout).toMatch(new RegExp(`^${mode}: 32 scenarios, .*: as it should be$`, 'm'));
    }
  },
  WITHIN_MS,
);
