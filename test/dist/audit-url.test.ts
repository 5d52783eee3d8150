import { afterAll, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AuditLogger } from '../../src/audit/audit-logger.js';

const folder = mkdtempSync(join(tmpdir(), 'mcp-governance-url-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** The store runs in a thread, which only the built package has a file for. */
const PROGRAM = `
import { GovernanceMiddleware } from '${new URL('../../dist/index.js', import.meta.url).href}';
import { MemorySink, fakeCall } from '${new URL('../../dist/testing/index.js', import.meta.url).href}';
const sink = new MemorySink();
const stored = new GovernanceMiddleware({});
const told = new GovernanceMiddleware({ audit: sink });
await stored.onCallTool(fakeCall('search', { to: 'kim@example.com' }), async () => 'done');
await told.onCallTool(fakeCall('told'), async () => 'done');
await stored.close();
await told.close();
process.stdout.write(sink.events.map(({ tool }) => tool).join());
`;

test('MCP_GOVERNANCE_AUDIT_URL keeps events in the store that it names, where code names none', async () => {
  const url = `file:${join(folder, 'audit.db')}`;
  const env = { ...process.env, MCP_GOVERNANCE_AUDIT_URL: url };
  const ended = spawnSync(process.execPath, ['--input-type=module', '-e', PROGRAM], { encoding: 'utf8', env });
  expect(ended).toMatchObject({ stderr: '', status: 0, stdout: 'told' });
  const logger = new AuditLogger({ url, worker: false });
  const { events } = await logger.getLog();
  await logger.close();
  expect(events).toMatchObject([{ tool: 'search', params: { to: '##EMAIL##' }, resultStatus: 'success' }]);
});
