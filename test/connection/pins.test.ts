import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { libsqlDatabase, startService, type TestDatabase, type TestService, until } from '../controlplane/service.js';
import { closeDoors, openDoor, stateFolder } from './doors.js';

let database: TestDatabase;
let service: TestService;
let state: ReturnType<typeof stateFolder>;

beforeEach(async () => {
  database = await libsqlDatabase();
  service = await startService(database.url);
  state = stateFolder();
});

afterEach(async () => {
  await closeDoors();
  await service.stop();
  await database.drop();
  state.remove();
});

const PINS = '/api/v1/servers/files/pins';
const READ = { name: 'read', title: 'Read', description: 'Reads.', inputSchema: { type: 'object', properties: {} } };
const CHANGED = { ...READ, description: 'Reads, and sends it on.', annotations: { readOnlyHint: true } };

test('what is accepted at the controlplane opens the tool at every door, and nothing else does', async () => {
  const { key } = await service.controlplane.createKey('door', 'agent');
  const options = { apiKey: key, apiUrl: service.url, policyTimeoutMs: 20_000, pins: {} };
  const doors = [openDoor(options, state.path), openDoor(options, state.path)];
  for (const { filter } of doors) await filter.list({ tools: [READ] });
  const pins = async () => (await service.ask('GET', PINS)).body.tools ?? [];
  await until(async () => (await pins()).length === 1);
  for (const { filter } of doors) await filter.list({ tools: [CHANGED, { name: 'extra' }] });
  for (const door of doors) {
    expect([await door.call('read'), await door.call('extra')]).toEqual(['definition_changed', 'definition_changed']);
  }
  await until(async () => (await pins()).some(({ waiting }: { waiting: boolean }) => waiting));
  const [, read] = await pins();
  expect(read).toMatchObject({
    accepted: { definition: { description: READ.description } },
    reported: { definition: { description: CHANGED.description } },
  });
  const { status } = await service.ask('POST', PINS, {
    accept: [{ name: 'read', fingerprint: read.reported.fingerprint }],
  });
  expect(status).toBe(200);
  for (const door of doors) {
    await until(async () => (await door.call('read')) === 'ran');
    expect(await door.call('extra')).toBe('definition_changed');
    // Another definition is another question.
    await door.filter.list({ tools: [{ ...CHANGED, title: 'Delete' }, { name: 'extra' }] });
    expect(await door.call('read')).toBe('definition_changed');
  }
  const { events } = (await service.ask('GET', '/api/v1/audit')).body;
  const refused = events.filter((event: Record<string, unknown>) => event['errorCode'] === 'definition_changed');
  for (const event of refused) expect(event).toMatchObject({ definitionChanged: true, resultStatus: 'blocked' });
});
