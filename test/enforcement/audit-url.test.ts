import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AuditLogger } from '../../src/audit/audit-logger.js';
import { ConfigError } from '../../src/errors/config-error.js';
import { GovernanceMiddleware } from '../../src/governance-middleware.js';
import { fakeCall, MemorySink } from '../../src/testing/index.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mcp-governance-url-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

test('MCP_GOVERNANCE_AUDIT_URL keeps events in the store that it names, where code names none', async () => {
  const url = `file:${join(folder, 'audit.db')}`;
  const env = { MCP_GOVERNANCE_AUDIT_URL: url };
  const sink = new MemorySink();
  const [stored, told] = [new GovernanceMiddleware({}, { env }), new GovernanceMiddleware({ audit: sink }, { env })];
  await stored.onCallTool(fakeCall('search', { to: 'kim@example.com' }), async () => 'done');
  await told.onCallTool(fakeCall('told'), async () => 'done');
  await stored.close();
  await told.close();
  const logger = new AuditLogger({ url });
  const { events } = await logger.getLog();
  await logger.close();
  expect(events).toMatchObject([{ tool: 'search', params: { to: '##EMAIL##' }, resultStatus: 'success' }]);
  expect(sink.events).toMatchObject([{ tool: 'told' }]);
});

test('a place that cannot be one is refused when the middleware is made', () => {
  const env = { MCP_GOVERNANCE_AUDIT_URL: 'gopher://audit' };
  expect(() => new GovernanceMiddleware({}, { env })).toThrow(ConfigError);
});
