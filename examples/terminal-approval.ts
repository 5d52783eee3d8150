// An agent in front of the real filesystem server: you are asked in this terminal before it writes a file.
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { configureSession, PolicyViolationError, promptApproval } from 'mcp-governance/client';

const folder = await mkdtemp(join(tmpdir(), 'governed-agent-'));
const path = join(folder, 'output.txt');

const client = new Client({ name: 'file-manager', version: '1.0.0' });
await client.connect(
  new StdioClientTransport({ command: 'node_modules/.bin/mcp-server-filesystem', args: [folder], stderr: 'ignore' }),
);

// #region ask
configureSession(client, {
  serverName: 'filesystem',
  onPolicyBlock: promptApproval,
  governanceConfig: {
    agentName: 'file-manager',
    userId: 'user-123',
    toolConfigs: { write_file: { approvalRequired: true } },
  },
});
// #endregion

/** What became of one call: `written`, or the code of the refusal. */
async function write(): Promise<string> {
  try {
    await client.callTool({ name: 'write_file', arguments: { path, content: 'Hello from a governed agent!' } });
    return 'written';
  } catch (error) {
    if (!(error instanceof PolicyViolationError)) throw error;
    return error.code;
  }
}

const became = await write();
const content = await readFile(path, 'utf8').catch(() => undefined);
assert.equal(content, became === 'written' ? 'Hello from a governed agent!' : undefined);
assert.ok(['written', 'approval_denied', 'approval_unavailable'].includes(became), became);

await client.close();
await rm(folder, { recursive: true });
const said = {
  written: 'you approved, and the file was written',
  approval_denied: 'you denied, and nothing was written',
  approval_unavailable: 'nobody sits at a terminal here, so nothing was written',
}[became];
console.log(`ok: ${said}`);
