import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { chmodSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { GovernanceOptions } from '../../src/config/options.js';
import { MemorySink } from '../../src/testing/index.js';
import {
  libsqlDatabase,
  persistent,
  startService,
  type TestDatabase,
  type TestService,
  until,
} from '../controlplane/service.js';
import { type ConnectedDoor, openDoor, stateFolder } from './doors.js';
import { HOSTILE, HostileServer } from './hostile-server.js';

let database: TestDatabase;
let service: TestService;
let state: ReturnType<typeof stateFolder>;
let doors: ConnectedDoor[] = [];
let key = '';
let url = '';

const CLOSED: GovernanceOptions = { policyTimeoutMs: 2000, policyConfig: { failOpen: false } };

function open(options: GovernanceOptions = {}): ConnectedDoor {
  const door = openDoor({ apiKey: key, apiUrl: url, ...CLOSED, ...options }, state.path);
  doors.push(door);
  return door;
}

const snapshotFile = (): string => {
  const folder = join(state.path, 'mcp-governance');
  return join(folder, readdirSync(folder).find((name) => /^snapshot-\w+\.json$/.test(name)) ?? 'none');
};

/** A door that fetched, and is gone again; then the controlplane goes, too. */
async function leaveBehind(): Promise<void> {
  const door = open();
  expect(await door.call('write_file')).toBe('policy_blocked');
  await until(() => statSync(snapshotFile(), { throwIfNoEntry: false }) !== undefined);
  await door.close();
  await service.stop();
}

beforeEach(async () => {
  database = await libsqlDatabase();
  service = await startService(database.url);
  url = service.url;
  key = (await service.controlplane.createKey('door', 'agent')).key;
  await service.ask('POST', '/waxell/v1/policies/', { workflow_name: 'mcp:files:write_file', action: 'block' });
  state = stateFolder();
});

afterEach(async () => {
  await Promise.all(doors.map((door) => door.close()));
  doors = [];
  await service.stop();
  await database.drop();
  state.remove();
});

describe('the last good policies', () => {
  test('decide on while the controlplane is away', async () => {
    const door = open();
    expect(await door.call('write_file')).toBe('policy_blocked');
    await service.stop();
    await until(() => door.filter.status().connection?.state === 'unreachable');
    expect(await door.call('write_file')).toBe('policy_blocked');
    expect(await door.call('read_file')).toBe('ran');
    expect(door.filter.status().connection).toMatchObject({ snapshot: { source: 'controlplane' } });
  });

  test('decide from the start of a door that finds nobody, and the age is told', async () => {
    await leaveBehind();
    const sink = new MemorySink();
    const door = open({ audit: sink });
    expect(await door.call('write_file')).toBe('policy_blocked');
    expect(await door.call('read_file')).toBe('ran');
    const { connection } = door.filter.status();
    expect(connection).toMatchObject({ state: 'unreachable', snapshot: { source: 'disk', revision: 1 } });
    expect(connection?.snapshot?.ageMs).toBeGreaterThan(0);
    expect(sink.events).toHaveLength(2);
    for (const { snapshotAgeMs, failedOpen } of sink.events) {
      expect(snapshotAgeMs).toBeGreaterThan(0);
      expect(failedOpen).toEqual([]);
    }
  });

  test.each(Object.keys(HOSTILE).filter((name) => !['hanging', 'one byte a second'].includes(name)))(
    'decide where the controlplane answers with %s',
    async (name) => {
      await leaveBehind();
      const hostile = new HostileServer();
      await hostile.start(Number(new URL(url).port));
      hostile.answering = HOSTILE[name] ?? (() => undefined);
      const door = open();
      expect(await door.call('write_file')).toBe('policy_blocked');
      expect(await door.call('read_file')).toBe('ran');
      await hostile.stop();
    },
  );

  test('decide after the deadline where the controlplane hangs, and nobody waits after that', async () => {
    await leaveBehind();
    const hostile = new HostileServer();
    await hostile.start(Number(new URL(url).port));
    hostile.answering = () => undefined;
    const door = open({ policyTimeoutMs: 50 });
    expect(await Promise.all([door.call('write_file'), door.call('read_file')])).toEqual(['policy_blocked', 'ran']);
    expect(await door.call('write_file')).toBe('policy_blocked');
    await hostile.stop();
  });

  test('are not used where their file is damaged, may be written by others, or belongs to another key', async () => {
    await leaveBehind();
    const path = snapshotFile();
    const good = readFileSync(path);
    writeFileSync(path, good.subarray(0, good.length - 1));
    expect(await open().call('read_file')).toBe('governance_failure');
    writeFileSync(path, good);
    chmodSync(path, 0o666);
    expect(await open().call('read_file')).toBe('governance_failure');
    chmodSync(path, 0o600);
    expect(await open({ apiKey: 'wax_sk_another' }).call('read_file')).toBe('governance_failure');
    expect(await open().call('write_file')).toBe('policy_blocked');
  });

  test('a revision never goes backwards', async () => {
    const door = open();
    expect(await door.call('write_file')).toBe('policy_blocked');
    await service.stop();
    const older = new HostileServer();
    await older.start(Number(new URL(url).port));
    const snapshot = {
      revision: 0,
      generated_at: new Date().toISOString(),
      global_default: 'allow',
      managed: [],
      layers: [],
    };
    older.answering = (_, response) =>
      void response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(snapshot));
    await until(() => door.filter.status().connection?.fault?.includes('went back') === true);
    expect(await door.call('write_file')).toBe('policy_blocked');
    await older.stop();
  });

  test('are caught up with when the controlplane is back', async () => {
    await leaveBehind();
    const door = open();
    expect(await door.call('write_file')).toBe('policy_blocked');
    service = await startService(database.url, { port: Number(new URL(url).port) });
    const ask = persistent(service.ask);
    await ask('POST', '/waxell/v1/policies/', { workflow_name: 'mcp:files:read_file', action: 'block' });
    await until(async () => (await door.call('read_file')) === 'policy_blocked');
    expect(door.filter.status().connection).toMatchObject({ state: 'connected', snapshot: { source: 'controlplane' } });
  });

  test('a key that is revoked slows the door down and is told, and the policies stay', async () => {
    const door = open();
    expect(await door.call('write_file')).toBe('policy_blocked');
    const { body } = await service.ask('GET', '/api/v1/keys');
    const { id } = body.keys.find((each: { name: string }) => each.name === 'door');
    await service.ask('DELETE', `/api/v1/keys/${id}`);
    await until(() => door.filter.status().connection?.state === 'refused');
    expect(await door.call('write_file')).toBe('policy_blocked');
  });
});
