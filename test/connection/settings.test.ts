import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { libsqlDatabase, startService, type TestDatabase, type TestService, until } from '../controlplane/service.js';
import { openDoor, stateFolder } from './doors.js';

let database: TestDatabase;
let service: TestService;
let state: ReturnType<typeof stateFolder>;

beforeEach(async () => {
  database = await libsqlDatabase();
  service = await startService(database.url);
  state = stateFolder();
});

afterEach(async () => {
  await service.stop();
  await database.drop();
  state.remove();
});

test('settings come with the snapshot: they hold for the very first call, and change with it', async () => {
  const document = (scan: string): object => ({
    text: `version: 1\nsettings:\n  files:\n    write_file: { pii_scan: ${scan} }\n`,
  });
  expect((await service.ask('PUT', '/api/v1/policy-document', document('strict'))).status).toBe(200);
  const { key } = await service.controlplane.createKey('door', 'agent');
  const door = openDoor({ apiKey: key, apiUrl: service.url, policyTimeoutMs: 20_000 }, state.path);
  const args = { to: 'ann@example.com' };
  expect(await Promise.all([door.call('write_file', args), door.call('write_file', args)])).toEqual([
    'pii_input',
    'pii_input',
  ]);
  expect(await door.call('read_file', args)).toBe('ran');
  expect((await service.ask('PUT', '/api/v1/policy-document', document('standard'))).status).toBe(200);
  await until(async () => (await door.call('write_file', args)) === 'ran');
  await door.close();
});
