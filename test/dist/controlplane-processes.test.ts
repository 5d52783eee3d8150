import { describe, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import process from 'node:process';
import { DATABASES } from '../controlplane/service.js';

describe.each(DATABASES)('a controlplane on %s', (name) => {
  test('that is killed under mixed writes loses nothing it answered: the short form of npm run soak', () => {
    const soak = ['scripts/soak.mjs', '--part', 'controlplane', '--kills', '4', '--database', name, '--seed', '7'];
    const { status, stdout, stderr } = spawnSync(process.execPath, soak, { encoding: 'utf8' });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(
      /4 kills; [1-9]\d* writes to policies, [1-9]\d* to approvals, [1-9]\d* keys and [1-9]\d* events/,
    );
    expect(stdout).toContain('none of them lost');
  }, 180_000);
});
