import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { GovernanceOptions } from '../../src/config/options.js';
import { Policy } from '../../src/policy/policy.js';
import { libsqlDatabase, startService, type TestDatabase, type TestService, until } from '../controlplane/service.js';
import { type ConnectedDoor, openDoor, stateFolder } from './doors.js';

let database: TestDatabase;
let service: TestService;
let state: ReturnType<typeof stateFolder>;
let doors: ConnectedDoor[] = [];
let key = '';

async function block(tool: string, more: object = {}): Promise<string> {
  const policy = { workflow_name: `mcp:files:${tool}`, action: 'block', reason: 'Not now', ...more };
  const { status, body } = await service.ask('POST', '/waxell/v1/policies/', policy);
  expect(status).toBe(201);
  return body.id;
}

function open(options: GovernanceOptions = {}): ConnectedDoor {
  const door = openDoor({ apiKey: key, apiUrl: service.url, policyTimeoutMs: 5000, ...options }, state.path);
  doors.push(door);
  return door;
}

beforeEach(async () => {
  database = await libsqlDatabase();
  service = await startService(database.url);
  key = (await service.controlplane.createKey('door', 'agent')).key;
  state = stateFolder();
});

afterEach(async () => {
  await Promise.all(doors.map((door) => door.close()));
  doors = [];
  await service.stop();
  await database.drop();
  state.remove();
});

describe.each(['snapshot', 'check'] as const)('a door connected by %s', (decisionMode) => {
  test('has allow, block, warn and throttle from the controlplane', async () => {
    await block('write_file');
    await block('read_file', { action: 'warn', reason: 'Careful' });
    await block('list_files', { action: 'throttle', metadata: { throttle_delay_seconds: 0.01 } });
    const door = open({ decisionMode });
    expect(await door.call('write_file')).toBe('policy_blocked');
    expect(await door.call('read_file')).toBe('ran');
    expect(await door.call('list_files')).toBe('ran');
    expect(await door.call('anything')).toBe('ran');
    expect(door.ran()).toBe(3);
    const { decision } = await door.filter.check({ tool: 'read_file' });
    expect(decision).toMatchObject({ action: 'warn', reason: 'Careful', revision: expect.any(String) });
  });

  test('a change reaches it', async () => {
    const door = open({ decisionMode });
    expect(await door.call('write_file')).toBe('ran');
    const id = await block('write_file');
    await until(async () => (await door.call('write_file')) === 'policy_blocked');
    expect((await service.ask('DELETE', `/waxell/v1/policies/${id}/`)).status).toBe(204);
    await until(async () => (await door.call('write_file')) === 'ran');
  });

  test('the strictest of what is central and what is local decides', async () => {
    await block('write_file');
    await block('read_file', { action: 'warn' });
    const policy = Policy.from({
      version: 1,
      rules: [
        { name: 'mine', match: { tool: 'read_file' }, action: 'block' },
        { name: 'lax', match: { tool: 'write_file' }, action: 'allow' },
      ],
    });
    const door = open({ decisionMode, policy });
    expect(await door.call('write_file')).toBe('policy_blocked');
    expect(await door.call('read_file')).toBe('policy_blocked');
    const { decision } = await door.filter.check({ tool: 'read_file' });
    expect(decision).toMatchObject({ action: 'block', ruleName: 'mine', layer: 'local' });
    expect(decision?.conflicts).toEqual([expect.stringMatching(/^policies: warn /)]);
    // Where neither has an opinion, a local policy without defaults asks a person, as it does alone.
    expect((await door.filter.check({ tool: 'other' })).decision).toMatchObject({ action: 'review' });
  });

  test('a local policy without an opinion says nothing where the controlplane has one', async () => {
    await block('read_file', { action: 'allow' });
    const policy = Policy.from({ version: 1, rules: [{ name: 'mine', match: { tool: 'other' }, action: 'block' }] });
    const door = open({ decisionMode, policy });
    expect(await door.call('read_file')).toBe('ran');
  });

  test("the operator's word goes before the controlplane's, unless its rule is mandatory", async () => {
    await block('write_file');
    await block('drop_table', { mandatory: true });
    const toolConfigs = {
      write_file: { policyAction: 'allow' },
      drop_table: { policyAction: 'allow' },
      read_file: { policyAction: 'block' },
    } as const;
    const door = open({ decisionMode, toolConfigs });
    expect(await door.call('write_file')).toBe('ran');
    expect(await door.call('drop_table')).toBe('policy_blocked');
    expect(await door.call('read_file')).toBe('policy_blocked');
  });

  test("a server that nobody manages falls to the door's default, a managed one to the global one", async () => {
    const door = open({ decisionMode, policyConfig: { defaultPolicyAction: 'block' } });
    expect(await door.call('read_file')).toBe('policy_blocked');
    const row = { tools: [{ name: 'read_file', action: 'allow' }] };
    expect((await service.ask('PUT', '/api/v1/servers/files/tools', row)).status).toBe(200);
    await until(async () => (await door.call('read_file')) === 'ran');
    expect((await door.filter.check({ tool: 'other' })).decision).toMatchObject({ action: 'review' });
  });

  test('its calls are on the record of the controlplane, once each', async () => {
    await block('write_file');
    const door = open({ decisionMode });
    await door.call('write_file', { path: '/a' });
    await door.call('read_file');
    await door.close();
    const { body } = await service.ask('GET', '/api/v1/audit');
    expect(body.events).toHaveLength(2);
    expect(body.events).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          tool: 'write_file',
          agent: 'agent-1',
          resultStatus: 'blocked',
          params: { path: '/a' },
        }),
        expect.objectContaining({ tool: 'read_file', resultStatus: 'success' }),
      ]),
    );
    expect((await service.ask('GET', '/api/v1/audit/verify')).body).toMatchObject({ ok: true });
  });

  test.each([
    ['true', true, 'ran'],
    ['false', false, 'governance_failure'],
  ])('where the controlplane was never to be had: fail_open %s', async (_, failOpen, becomes) => {
    await service.stop();
    const door = open({
      decisionMode,
      policyConfig: { failOpen },
      toolConfigs: { delete_file: { policyAction: 'block' } },
      policy: { decide: ({ tool }) => ({ action: tool === 'format_disk' ? 'block' : 'allow' }) },
    });
    expect(await door.call('read_file')).toBe(becomes);
    // What is local decides all the same.
    const refused = failOpen ? 'policy_blocked' : 'governance_failure';
    expect(await door.call('delete_file')).toBe(refused);
    expect(await door.call('format_disk')).toBe(refused);
    expect(door.filter.status()).toMatchObject({ mode: 'connected', failOpen, connection: { state: 'unreachable' } });
    service = await startService(database.url);
  });
});
