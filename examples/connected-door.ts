// A door connected to a controlplane: its policies decide, a change of them takes effect, and its inbox is asked.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { GovernanceMiddleware } from 'mcp-governance';
import { createControlplane } from 'mcp-governance/controlplane';
import { fakeCall } from 'mcp-governance/testing';

const folder = mkdtempSync(join(tmpdir(), 'connected-door-'));
process.env['XDG_STATE_HOME'] = folder;

// Yours runs as a service; `mcp-governance controlplane keys create` makes its keys.
const controlplane = await createControlplane({
  databaseUrl: `file:${join(folder, 'controlplane.db')}`,
  port: 0,
  logLevel: 'silent',
});
const { url } = await controlplane.start();
const editor = await controlplane.createKey('editor', 'editor');
const { key } = await controlplane.createKey('files', 'agent');

async function ask<T>(method: string, path: string, body?: object): Promise<T> {
  const headers = { authorization: `Bearer ${editor.key}`, 'content-type': 'application/json' };
  const answer = await fetch(`${url}${path}`, { method, headers, ...(body && { body: JSON.stringify(body) }) });
  assert.ok(answer.ok, `${method} ${path}: ${answer.status}`);
  return (await answer.json()) as T;
}

// #region connect
const governance = new GovernanceMiddleware({
  apiKey: key, // or WAXELL_API_KEY
  apiUrl: url, // or WAXELL_API_URL
  serverName: 'files',
  // Local settings go on to hold: the strictest of both decides.
  toolConfigs: { format_disk: { policyAction: 'block' } },
});
// #endregion

let ran = 0;
const call = (tool: string) => governance.onCallTool(fakeCall(tool), async () => ++ran);
const isRefused = (result: unknown): boolean => (result as { isError?: boolean }).isError === true;

assert.equal(await call('write_file'), 1);
assert.ok(isRefused(await call('format_disk')));

// #region change
await ask('POST', '/waxell/v1/policies/', {
  workflow_name: 'mcp:files:write_file',
  action: 'review',
  reason: 'File writes require approval',
});
// #endregion
const asked = Date.now();
while (governance.status().connection?.snapshot?.revision !== 1) await pause(5);
const seconds = (Date.now() - asked) / 1000;

const waiting = call('write_file');
type Inbox = { approvals: { id: string; tool: string }[] };
let inbox: Inbox = { approvals: [] };
while (inbox.approvals.length === 0) inbox = await ask<Inbox>('GET', '/api/v1/approvals?state=pending');
await ask('POST', `/api/v1/approvals/${inbox.approvals[0]?.id}/decision`, { approved: true });
assert.equal(await waiting, 2);

// #region status
const { mode, connection } = governance.status();
// #endregion
assert.equal(mode, 'connected');
assert.equal(connection?.state, 'connected');

// Delivers what is left of the record.
await governance.close();
const { events } = await ask<{ events: { tool: string; resultStatus: string }[] }>('GET', '/api/v1/audit');
assert.equal(events.length, 3);

await controlplane.stop();
rmSync(folder, { recursive: true, force: true });
assert.ok(seconds < 5);
console.log(
  'ok: a policy of the controlplane took effect, its inbox approved a write, and it has the record of 3 calls',
);
