import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { GovernanceOptions } from '../../src/config/options.js';
import { controlplaneApproval } from '../../src/approval/handlers/controlplane-approval.js';
import { MemorySink } from '../../src/testing/index.js';
import type { Ask } from '../controlplane/service.js';
import {
  libsqlDatabase,
  persistent,
  startService,
  type TestDatabase,
  type TestService,
  until,
} from '../controlplane/service.js';
import { type ConnectedDoor, openDoor, stateFolder } from './doors.js';
import { HostileServer } from './hostile-server.js';

let database: TestDatabase;
let service: TestService;
let state: ReturnType<typeof stateFolder>;
let doors: ConnectedDoor[] = [];
let key = '';
let approver: Ask;

function open(options: GovernanceOptions = {}): ConnectedDoor {
  const door = openDoor({ apiKey: key, apiUrl: service.url, policyTimeoutMs: 5000, ...options }, state.path);
  doors.push(door);
  return door;
}

/** The question that waits in the inbox. */
async function pending(): Promise<{ id: string } & Record<string, unknown>> {
  let found: { id: string } | undefined;
  await until(async () => {
    const { body } = await approver('GET', '/api/v1/approvals?state=pending');
    found = body.approvals[0];
    return found !== undefined;
  });
  return found as never;
}

const stateOf = async (id: string): Promise<string> => (await approver('GET', `/api/v1/approvals/${id}`)).body.state;

beforeEach(async () => {
  database = await libsqlDatabase();
  service = await startService(database.url);
  key = (await service.controlplane.createKey('door', 'agent')).key;
  approver = await service.as('approver', 'olga');
  const policies = [
    { workflow_name: 'mcp:files:write_file', action: 'review', reason: 'Somebody has to look' },
    { workflow_name: 'mcp:files:drop_table', action: 'block', reason: 'Destructive' },
  ];
  for (const policy of policies) await service.ask('POST', '/waxell/v1/policies/', policy);
  state = stateFolder();
});

afterEach(async () => {
  await Promise.all(doors.map((door) => door.close()));
  doors = [];
  await service.stop();
  await database.drop();
  state.remove();
});

describe('approvals through the inbox', () => {
  test('a review waits for the answer, and an approval is good once', async () => {
    const sink = new MemorySink();
    const door = open({ audit: sink });
    const called = door.call('write_file', { path: '/a', mail: 'ann@example.com' });
    const question = await pending();
    expect(question).toMatchObject({
      server: 'files',
      tool: 'write_file',
      reason: 'Somebody has to look',
      principal: { agent: 'agent-1', user: 'ann', self_declared: false },
      arguments: { path: '/a', mail: '##EMAIL##' },
    });
    expect(door.ran()).toBe(0);
    await approver('POST', `/api/v1/approvals/${question.id}/decision`, { approved: true });
    expect(await called).toBe('ran');
    expect(await stateOf(question.id)).toBe('consumed');
    expect(sink.events[0]).toMatchObject({ policyDecision: 'approved_by_user', approver: 'olga' });
    // The next call is another question.
    const again = door.call('write_file', { path: '/a' });
    const next = await pending();
    expect(next.id).not.toBe(question.id);
    await approver('POST', `/api/v1/approvals/${next.id}/decision`, { approved: false });
    expect(await again).toBe('approval_denied');
    expect(door.ran()).toBe(1);
  });

  test('a block asks nobody, unless the inbox is set to be asked', async () => {
    expect(await open().call('drop_table')).toBe('policy_blocked');
    const called = open({ onPolicyBlock: controlplaneApproval }).call('drop_table');
    const { id } = await pending();
    await approver('POST', `/api/v1/approvals/${id}/decision`, { approved: true });
    expect(await called).toBe('ran');
  });

  test('whoever has a handler of his own is asked there', async () => {
    expect(await open({ onPolicyBlock: () => ({ approved: true }) }).call('write_file')).toBe('ran');
    expect((await approver('GET', '/api/v1/approvals')).body.approvals).toEqual([]);
  });

  test('nobody decides in time: refused, and taken back', async () => {
    const called = open({ approvalTimeoutMs: 1100 }).call('write_file');
    const { id } = await pending();
    expect(await called).toBe('approval_timeout');
    await until(async () => ['withdrawn', 'expired'].includes(await stateOf(id)));
  });

  test('a caller that is gone takes the question back', async () => {
    const over = new AbortController();
    const door = open();
    const called = door.filter.call({ tool: 'write_file', signal: over.signal }, () => 'ran').catch((e: unknown) => e);
    const { id } = await pending();
    over.abort();
    expect(await called).toMatchObject({ code: 'cancelled' });
    await until(async () => (await stateOf(id)) === 'withdrawn');
  });

  test('a door that is closed takes its questions back', async () => {
    const door = open();
    const called = door.call('write_file');
    const { id } = await pending();
    await door.close();
    expect(await stateOf(id)).toBe('withdrawn');
    expect(await called).not.toBe('ran');
  });

  test('always allow: the next call asks nobody, once the door knows', async () => {
    const editor = await service.as('editor', 'otto');
    await editor('PUT', '/api/v1/servers/files', { managed: true });
    const door = open();
    const called = door.call('write_file');
    const { id } = await pending();
    await editor('POST', `/api/v1/approvals/${id}/decision`, { approved: true, always: true });
    expect(await called).toBe('ran');
  });

  test('the controlplane restarts while somebody waits', async () => {
    const door = open();
    const called = door.call('write_file');
    const { id } = await pending();
    const port = Number(new URL(service.url).port);
    await service.stop();
    service = await startService(database.url, { port });
    approver = persistent(await service.as('approver', 'olga'));
    await approver('POST', `/api/v1/approvals/${id}/decision`, { approved: true });
    expect(await called).toBe('ran');
  });

  test('a door that stands alone has no inbox', async () => {
    const door = openDoor(
      { toolConfigs: { write_file: { approvalRequired: true } }, onPolicyBlock: controlplaneApproval },
      state.path,
    );
    expect(await door.call('write_file')).toBe('approval_unavailable');
  });
});

describe('an inbox that is none', () => {
  const json = { 'content-type': 'application/json' };
  const said = (over: object): string =>
    JSON.stringify({
      ...{
        id: 'x',
        state: 'approved',
        binding: 'b',
        server: 'files',
        tool: 't',
        arguments: {},
        reason: '',
        rule_name: null,
      },
      ...{ principal: { agent: '', user: '', attributes: {}, self_declared: false }, policy_id: null, risk: null },
      ...{ approvers: [], requested_at: '2026-01-01T00:00:00Z', decide_by: '2026-01-01T00:00:00Z', use_by: null },
      ...{ settled_at: null, decided_by: 'eve', ...over },
    });

  test.each([
    ['another question', () => said({})],
    ['an approval of nobody', (asked: object) => said({ ...asked, decided_by: null })],
    ['a state that does not exist', (asked: object) => said({ ...asked, state: 'APPROVED' })],
    ['a page', () => '<html>approved</html>'],
    ['approved twice', (asked: object) => said({ ...asked, state: 'consumed' })],
  ])('%s is no approval', async (_, answer) => {
    const server = new HostileServer();
    await server.start();
    let asked: object = {};
    server.onBody = (body) => {
      if (body.includes('binding')) asked = (({ id, binding }) => ({ id, binding }))(JSON.parse(body));
    };
    server.answering = (request, response) => {
      if (!request.url?.startsWith('/api/v1/approvals')) return void response.writeHead(503).end();
      const isQuestion = request.method === 'POST' && request.url === '/api/v1/approvals';
      response.writeHead(200, json).end(isQuestion ? said({ ...asked, state: 'pending' }) : answer(asked));
    };
    const door = openDoor(
      {
        apiKey: key,
        apiUrl: server.url,
        policyConfig: { failOpen: true },
        toolConfigs: { write_file: { approvalRequired: true } },
      },
      state.path,
    );
    expect(await door.call('write_file')).toMatch(/^approval_(denied|unavailable)$/);
    expect(door.ran()).toBe(0);
    await server.stop();
    await door.close();
  });
});
