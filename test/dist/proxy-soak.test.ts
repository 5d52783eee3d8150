import { expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { root } from '../cli/run.js';

// In a process of its own: what jest keeps of each connection is no concern of the proxy's clients.
const SOAK = `
  import { soakProxy } from './scripts/soak/proxy.mjs';
  console.log(await soakProxy({ calls: 2_000, connections: 50, limit: 100, seconds: 4 }));
`;

test('calls over many connections: all answered, limits exact, memory flat', () => {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', SOAK], {
    cwd: root,
    encoding: 'utf8',
    timeout: 90_000,
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout).toMatch(/^proxy: 2000 calls over 50 connections, all answered; 100 .* passed and 300 were refused/);
}, 120_000);
