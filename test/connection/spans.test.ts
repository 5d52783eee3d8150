import { afterAll, afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { GovernanceOptions } from '../../src/config/options.js';
import { MemorySink } from '../../src/testing/index.js';
import { registerTelemetry } from '../contract/telemetry.js';
import { libsqlDatabase, startService, type TestDatabase, type TestService } from '../controlplane/service.js';
import { closeDoors, openDoor, stateFolder } from './doors.js';

const telemetry = registerTelemetry();
let database: TestDatabase;
let service: TestService;
let state: ReturnType<typeof stateFolder>;
let key = '';

beforeEach(async () => {
  telemetry.reset();
  database = await libsqlDatabase();
  service = await startService(database.url);
  key = (await service.controlplane.createKey('door', 'agent')).key;
  state = stateFolder();
});

afterEach(async () => {
  await closeDoors();
  await service.stop();
  await database.drop();
  state.remove();
});

afterAll(() => telemetry.shutdown());

async function spanOf(options: GovernanceOptions) {
  const audit = new MemorySink();
  const door = openDoor({ apiKey: key, apiUrl: service.url, policyTimeoutMs: 5000, audit, ...options }, state.path);
  await door.call('read_file');
  await door.close();
  return { attributes: telemetry.spans()[0]?.attributes, event: audit.events[0] };
}

describe.each(['snapshot', 'check'] as const)('what is recorded of a call (%s)', (decisionMode) => {
  test('where the controlplane decided', async () => {
    const { attributes, event } = await spanOf({ decisionMode });
    expect(attributes).toMatchObject({
      'waxell.mcp.governance_checked': true,
      'waxell.mcp.governance_action': 'allow',
    });
    expect(attributes).not.toHaveProperty(['waxell.mcp.policy_skipped']);
    const age = decisionMode === 'snapshot' ? expect.any(Number) : undefined;
    expect(attributes?.['waxell.mcp.snapshot_age_ms']).toEqual(age);
    expect(event).toMatchObject({ snapshotAgeMs: age, failedOpen: [] });
  });

  test('where it was never to be had, and governance is open: as the reference has it', async () => {
    await service.stop();
    const { attributes, event } = await spanOf({ decisionMode });
    expect(attributes).toMatchObject({
      'waxell.mcp.policy_skipped': true,
      'waxell.mcp.governance_checked': false,
      'waxell.mcp.failed_open': ['controlplane'],
    });
    expect(attributes).not.toHaveProperty(['waxell.mcp.governance_action']);
    expect(event).toMatchObject({ action: undefined, resultStatus: 'success', failedOpen: ['controlplane'] });
  });

  test('where it was never to be had, and something local decided', async () => {
    await service.stop();
    const { attributes } = await spanOf({ decisionMode, policy: { decide: () => ({ action: 'warn', reason: 'x' }) } });
    expect(attributes).toMatchObject({
      'waxell.mcp.policy_skipped': true,
      'waxell.mcp.governance_checked': true,
      'waxell.mcp.governance_action': 'warn',
    });
  });

  test('where it was never to be had, and governance is closed', async () => {
    await service.stop();
    const { attributes, event } = await spanOf({ decisionMode, policyConfig: { failOpen: false } });
    expect(attributes).toMatchObject({ 'waxell.mcp.governance_checked': false, 'error.type': 'governance_failure' });
    expect(attributes).not.toHaveProperty(['waxell.mcp.policy_skipped']);
    expect(event).toMatchObject({ resultStatus: 'blocked', failedOpen: [] });
  });
});
