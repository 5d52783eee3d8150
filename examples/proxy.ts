// The proxy before the real filesystem server, as a client would start it: neither of the two was changed.
import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';

const folder = await mkdtemp(join(tmpdir(), 'proxied-'));
const path = join(folder, 'readme.txt');
await writeFile(path, 'Ask Ada, SSN 536-90-4399.');
const policy = join(folder, 'policy.yaml');
await writeFile(
  policy,
  `version: 1
defaults: { action: allow }
rules:
  - name: no-writes
    match: { tool: [write_file, edit_file, move_file] }
    action: block
    reason: Files are read only
`,
);
const main = fileURLToPath(new URL('./cli/main.js', import.meta.resolve('mcp-governance')));

// #region connect
const client = new Client({ name: 'any-client', version: '1.0.0' });
await client.connect(
  new StdioClientTransport({
    command: process.execPath,
    args: [main, 'proxy', '--policy', policy, '--', 'node_modules/.bin/mcp-server-filesystem', folder],
    stderr: 'ignore',
  }),
);

const read = await client.callTool({ name: 'read_text_file', arguments: { path } });
console.log(read.content); // [{ type: 'text', text: 'Ask Ada, SSN ##SSN##.' }]

const write = await client.callTool({ name: 'write_file', arguments: { path, content: '' } });
console.log(write.isError, write.content); // true, 'Tool call blocked by policy: ...'
// #endregion

assert.deepEqual(read.content, [{ type: 'text', text: 'Ask Ada, SSN ##SSN##.' }]);
assert.equal(write.isError, true);
assert.match(JSON.stringify(write.content), /^\[\{"type":"text","text":"Tool call blocked by policy: /);
assert.deepEqual((await readdir(folder)).sort(), ['policy.yaml', 'readme.txt']);
await client.close();
await rm(folder, { recursive: true });
console.log('ok: a server that nobody changed reads with secrets redacted, and does not write');
