import { describe, expect, test } from '@jest/globals';
import { ConnectionFault } from '../../src/connection/connection-fault.js';
import { ControlplaneClient, pathOf } from '../../src/connection/controlplane-client.js';
import type { HttpRequest } from '../../src/connection/http-client.js';
import { requestApproval, readApproval } from '../../src/wire/approvals.js';
import { policyCheck, readSnapshot } from '../../src/wire/checks.js';
import { ALLOW } from './hostile-server.js';

function answering(text: string): { readonly client: ControlplaneClient; readonly sent: HttpRequest[] } {
  const sent: HttpRequest[] = [];
  const send = async (request: HttpRequest) => {
    sent.push(request);
    return { status: 200, etag: undefined, text };
  };
  return { client: new ControlplaneClient({ send }), sent };
}

describe('ControlplaneClient', () => {
  test('asks in the words of the wire', async () => {
    const { client, sent } = answering(ALLOW);
    const body = { workflow_name: 'mcp:files:write' };
    expect(await client.ask(policyCheck, { body, timeoutMs: 500 })).toMatchObject({ action: 'allow' });
    expect(sent).toEqual([
      { method: 'POST', path: '/api/v1/observe/policy-check/', body: JSON.stringify(body), timeoutMs: 500 },
    ]);
  });

  test.each([
    ['no JSON', '<html>', 'json'],
    ['truncated JSON', ALLOW.slice(0, -1), 'json'],
    ['nothing', '', 'json'],
    ['a million brackets', '['.repeat(1_000_000), 'json'],
    ['another shape', '{"layers":[]}', 'schema'],
    ['a list', '[]', 'schema'],
  ])('%s is a fault that quotes nothing', async (_, text, code) => {
    const asked = answering(text).client.ask(readSnapshot, { timeoutMs: 1 });
    await expect(asked).rejects.toThrow(ConnectionFault);
    await expect(asked).rejects.toMatchObject({ kind: 'unusable', code });
    await expect(asked).rejects.not.toThrow(/html/);
  });

  test('fills in paths, and lets nothing out of its segment', () => {
    expect(pathOf(requestApproval, {})).toBe('/api/v1/approvals');
    expect(pathOf(readApproval, { params: { id: '../../x?y#z \ud800' }, query: { wait: 25 } })).toBe(
      '/api/v1/approvals/..%2F..%2Fx%3Fy%23z%20%EF%BF%BD?wait=25',
    );
  });
});
