import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { ManualClock } from '../../src/testing/index.js';
import { libsqlDatabase, startService, type TestDatabase, type TestService } from '../controlplane/service.js';
import { closeDoors, type ConnectedDoor, openDoor, stateFolder } from './doors.js';
import { FlakyProxy } from './flaky-proxy.js';

/** `npm run soak` goes through 50, and wants to hear the figures. */
const SOAKED = process.env['MCP_SOAK_FLAPS'];
const FLAPS = Number(SOAKED ?? 20);
const CALLS = 10;

let database: TestDatabase;
let service: TestService;
let proxy: FlakyProxy;
let state: ReturnType<typeof stateFolder>;
let key = '';
let url = '';

beforeEach(async () => {
  database = await libsqlDatabase();
  service = await startService(database.url);
  await service.ask('POST', '/waxell/v1/policies/', { workflow_name: 'mcp:files:write_file', action: 'block' });
  key = (await service.controlplane.createKey('door', 'agent')).key;
  proxy = new FlakyProxy(service.url);
  url = await proxy.start();
  state = stateFolder();
});

afterEach(async () => {
  await proxy.stop();
  await closeDoors();
  await service.stop();
  await database.drop();
  state.remove();
});

async function recorded(): Promise<string[]> {
  const ids: string[] = [];
  for (let cursor = ''; ;) {
    const { body } = await service.ask('GET', `/api/v1/audit?limit=1000${cursor && `&cursor=${cursor}`}`);
    ids.push(...body.events.map(({ id }: { id: string }) => id));
    if (body.cursor === null || body.events.length === 0) return ids;
    cursor = encodeURIComponent(body.cursor);
  }
}

/** Moves a clock on, a little at a time, so that what it sets off can happen. */
async function pass(clock: ManualClock, ms: number): Promise<void> {
  for (let left = ms; left > 0; left -= 50) {
    await clock.advance(50);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

describe('a controlplane that comes and goes', () => {
  test(
    `${FLAPS} times: the same decisions, no herd, and every event on the record once`,
    async () => {
      const began = Date.now();
      const clock = new ManualClock(began);
      const options = { apiKey: key, apiUrl: url, policyTimeoutMs: 5000, policyConfig: { failOpen: false } };
      const doors: ConnectedDoor[] = [0, 1, 2].map(() => openDoor(options, state.path, clock));
      for (const door of doors) expect(await door.call('write_file')).toBe('policy_blocked');
      for (let flap = 0; flap < FLAPS; flap++) {
        proxy.down();
        for (let call = 0; call < CALLS; call++) {
          for (const door of doors)
            expect(await door.call(call % 2 ? 'read_file' : 'write_file')).toMatch(/ran|blocked/);
        }
        await pass(clock, 500);
        proxy.up();
        await pass(clock, 500);
      }
      // One door asks for policies, follows the stream and delivers events: none of that more than a few times a second.
      expect(proxy.connections).toBeLessThan(doors.length * (FLAPS * 4 + 20));
      for (let waited = 0; waited < 120 && (await recorded()).length < doors.length * (FLAPS * CALLS + 1); waited++) {
        await pass(clock, 1000);
      }
      await Promise.all(doors.map((door) => door.close()));
      const ids = await recorded();
      expect(ids).toHaveLength(doors.length * (FLAPS * CALLS + 1));
      expect(new Set(ids).size).toBe(ids.length);
      if (SOAKED === undefined) return;
      const rate = proxy.connections / doors.length / ((clock.now() - began) / 1000);
      process.stdout.write(
        `flapping: ${FLAPS} times, ${doors.length} doors; ${ids.length} events on the record, each once; ` +
          `${proxy.connections} connections, ${rate.toFixed(1)} a second and door\n`,
      );
    },
    Math.max(120_000, FLAPS * 12_000),
  );

  test('what was not delivered when the door closed is delivered by the next one', async () => {
    const options = { apiKey: key, apiUrl: url, policyTimeoutMs: 5000 };
    const first = openDoor(options, state.path);
    expect(await first.call('read_file')).toBe('ran');
    proxy.down();
    for (let call = 0; call < 5; call++) await first.call('read_file');
    await first.close();
    expect((await recorded()).length).toBeLessThan(6);
    proxy.up();
    const second = openDoor(options, state.path);
    await second.close();
    expect(await recorded()).toHaveLength(6);
  });
});
