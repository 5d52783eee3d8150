// An agent in front of the real filesystem server: what it may read passes, what it may not write never gets there.
import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
// #region quickstart
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { Policy, PolicyViolationError } from 'mcp-governance';
import { configureSession } from 'mcp-governance/client';
// #endregion

const folder = await mkdtemp(join(tmpdir(), 'governed-agent-'));
const path = join(folder, 'readme.txt');
await writeFile(path, 'Ask Ada, SSN 536-90-4399.');

// #region connect
const client = new Client({ name: 'file-manager', version: '1.0.0' });
await client.connect(
  new StdioClientTransport({ command: 'node_modules/.bin/mcp-server-filesystem', args: [folder], stderr: 'ignore' }),
);

configureSession(client, {
  serverName: 'filesystem',
  governanceConfig: {
    agentName: 'file-manager',
    userId: 'user-123',
    policy: Policy.from({
      version: 1,
      defaults: { action: 'allow' },
      rules: [
        {
          name: 'no-writes',
          match: { server: 'filesystem', tool: 'write_file' },
          action: 'block',
          reason: 'Files are read only',
        },
      ],
    }),
  },
});
// #endregion

// #region call
const read = await client.callTool({ name: 'read_text_file', arguments: { path } });
console.log(read.content); // [{ type: 'text', text: 'Ask Ada, SSN ##SSN##.' }]

try {
  await client.callTool({ name: 'write_file', arguments: { path: join(folder, 'new.txt'), content: 'hello' } });
} catch (error) {
  if (!(error instanceof PolicyViolationError)) throw error;
  console.log(error.message, error.policyResult?.ruleName);
}
// #endregion

assert.deepEqual(read.content, [{ type: 'text', text: 'Ask Ada, SSN ##SSN##.' }]);
const write = client.callTool({ name: 'write_file', arguments: { path: join(folder, 'new.txt'), content: 'hello' } });
await assert.rejects(
  write,
  (error) => error instanceof PolicyViolationError && error.policyResult?.ruleName === 'no-writes',
);
assert.deepEqual(await readdir(folder), ['readme.txt']);
await client.close();
await rm(folder, { recursive: true });
console.log('ok: an agent reads with secrets redacted, and does not write');
