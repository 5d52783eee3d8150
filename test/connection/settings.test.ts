import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import process from 'node:process';
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
  jest.restoreAllMocks();
  await closeDoors();
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
});

test('a type that the scanner does not know is ignored and told once; the rest of the snapshot is in force', async () => {
  const said: string[] = [];
  jest.spyOn(process.stderr, 'write').mockImplementation((line) => said.push(String(line)) > 0);
  const document = (scan: string): object => ({
    text:
      'version: 1\nrules:\n  - { name: never, match: { tool: delete_file }, action: block }\nsettings:\n  files:\n' +
      `    write_file: { pii_scan: ${scan}, pii_actions: { retina_scan: block, "no\\u001bname": block, email: block } }\n`,
  });
  expect((await service.ask('PUT', '/api/v1/policy-document', document('standard'))).status).toBe(200);
  const { key } = await service.controlplane.createKey('door', 'agent');
  const door = openDoor({ apiKey: key, apiUrl: service.url, policyTimeoutMs: 20_000 }, state.path);
  expect(await door.call('delete_file')).toBe('policy_blocked');
  expect(await door.call('write_file', { to: 'ann@example.com' })).toBe('pii_input');
  expect(await door.call('write_file', { to: 'ann' })).toBe('ran');
  const phone = { to: '+1 202 555 0143' };
  expect(await door.call('write_file', phone)).toBe('ran');
  expect((await service.ask('PUT', '/api/v1/policy-document', document('strict'))).status).toBe(200);
  await until(async () => (await door.call('write_file', phone)) === 'pii_input');
  const told = said.filter((line) => line.includes('does not know'));
  expect(told).toEqual([
    expect.stringMatching(/name types that this scanner does not know and ignores: retina_scan\n$/),
  ]);
});
