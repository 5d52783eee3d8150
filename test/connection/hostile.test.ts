import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { GovernanceOptions } from '../../src/config/options.js';
import { FakeDecisionPoint, ManualClock } from '../../src/testing/index.js';
import { type ConnectedDoor, openDoor, stateFolder } from './doors.js';
import { HOSTILE, HostileServer } from './hostile-server.js';

/** What no service would do, and is refused whatever `failOpen` says: an answer that is none of the five words. */
const GARBLED = ['ALLOW with a blank', 'Allow in capitals', 'an unknown action', 'a list of actions', 'two actions'];
/** JSON that is no snapshot: policies came, and nobody here understands them. */
const NO_SNAPSHOT = [...GARBLED, 'a number'];
const DEADLINE_MS = 600;
/** These take until the deadline. */
const SLOW = ['hanging', 'one byte a second'];

let server: HostileServer;
let state: ReturnType<typeof stateFolder>;
let doors: ConnectedDoor[] = [];

beforeEach(async () => {
  server = new HostileServer();
  await server.start();
  state = stateFolder();
});

afterEach(async () => {
  await server.stop();
  await Promise.all(doors.map((door) => door.close()));
  doors = [];
  state.remove();
});

function open(options: GovernanceOptions, clock?: ManualClock): ConnectedDoor {
  const door = openDoor({ apiKey: 'wax_sk_test', apiUrl: server.url, ...options }, state.path, clock);
  doors.push(door);
  return door;
}

/** Moves a clock on until something is settled. */
async function drive<T>(clock: ManualClock, promise: Promise<T>, ms: number): Promise<T> {
  let settled = false;
  void promise.finally(() => (settled = true));
  // What waits for the machine gets no more time of the clock than the deadline has.
  while (!settled) await clock.advance(clock.pending > 0 && clock.elapsed() < DEADLINE_MS ? ms : 0);
  return promise;
}

describe.each(['snapshot', 'check'] as const)('%s', (decisionMode) => {
  test.each(Object.keys(HOSTILE))('%s is never an allow', async (name) => {
    server.answering = HOSTILE[name] ?? (() => undefined);
    const clock = new ManualClock();
    const door = open({ decisionMode, policyTimeoutMs: 500, policyConfig: { failOpen: false } }, clock);
    const called = drive(clock, door.call('write_file'), SLOW.includes(name) ? 100 : 0);
    const garbled = decisionMode === 'check' && GARBLED.includes(name);
    expect(await called).toBe(garbled ? 'unknown_action' : 'governance_failure');
    expect(door.ran()).toBe(0);
    expect(clock.elapsed()).toBeLessThanOrEqual(DEADLINE_MS);
    for (const { headers } of server.requests) expect(headers.authorization).toBe('Bearer wax_sk_test');
  });

  test.each(Object.keys(HOSTILE))('%s and fail_open: what is local decides all the same', async (name) => {
    server.answering = HOSTILE[name] ?? (() => undefined);
    const clock = new ManualClock();
    const policy = new FakeDecisionPoint({ action: 'block' });
    const door = open({ decisionMode, policyTimeoutMs: 500, policy }, clock);
    const garbled = decisionMode === 'check' && GARBLED.includes(name);
    const unusable = decisionMode === 'snapshot' && NO_SNAPSHOT.includes(name);
    const called = drive(clock, door.call('write_file'), SLOW.includes(name) ? 100 : 0);
    const refused = unusable ? 'governance_failure' : 'policy_blocked';
    expect(await called).toBe(garbled ? 'unknown_action' : refused);
    expect(door.ran()).toBe(0);
  });

  test('a redirect is not followed: the key goes to no other host', async () => {
    const elsewhere = new HostileServer();
    const location = await elsewhere.start();
    server.answering = (_, response) => void response.writeHead(302, { location }).end();
    const door = open({ decisionMode, policyConfig: { failOpen: false } });
    expect(await door.call('write_file')).toBe('governance_failure');
    expect(elsewhere.requests).toEqual([]);
    await elsewhere.stop();
  });
});

describe('snapshot', () => {
  const rule = { name: 'no', match: { tool: 'delete_*' }, action: 'block' };
  const snapshot = (rules: readonly object[], over: object = {}): object => ({
    ...{ revision: 1, generated_at: new Date().toISOString(), global_default: 'review', managed: [] },
    layers: [{ name: 'policies', document: { version: 1, rules } }],
    ...over,
  });

  test.each([
    ['a misspelt action of another rule', snapshot([rule, { ...rule, name: 'other', action: 'blokc' }])],
    ['a word of a newer controlplane', snapshot([{ ...rule, newer: 1 }])],
    ['a default that is none', snapshot([rule], { global_default: 'quarantine' })],
  ])('policies that came and cannot be used let nothing pass, whatever fail_open says: %s', async (_, body) => {
    server.answering = (_, response) =>
      void response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    const door = open({ policyConfig: { failOpen: true } });
    expect(await door.call('delete_all')).toBe('governance_failure');
    expect(await door.call('delete_all')).toBe('governance_failure');
    expect(door.ran()).toBe(0);
    expect(door.filter.status().connection).toMatchObject({ state: 'unreachable' });
  });
});

describe('check', () => {
  test('after five faults nobody asks for a while, then one does', async () => {
    server.answering = HOSTILE['500'] ?? (() => undefined);
    const clock = new ManualClock();
    const door = open({ decisionMode: 'check' }, clock);
    const asked = (): number => server.requests.filter(({ url }) => url?.includes('policy-check')).length;
    for (let i = 0; i < 50; i++) await door.call('read_file');
    expect(asked()).toBe(5);
    expect(door.filter.status().connection).toMatchObject({ state: 'unreachable', breaker: 'open' });
    await clock.advance(1300);
    await Promise.all(Array.from({ length: 10 }, () => door.call('read_file')));
    expect(asked()).toBe(6);
    server.answering = new HostileServer().answering;
    await clock.advance(2600);
    expect(await door.call('read_file')).toBe('ran');
    expect(door.filter.status().connection).toMatchObject({ state: 'connected', breaker: 'closed', fault: undefined });
  });

  test('what a caller can bring about never passes for a service that is away', async () => {
    const door = open({ decisionMode: 'check', policyConfig: { failOpen: true } });
    for (const status of [400, 413, 422]) {
      server.answering = (_, response) => void response.writeHead(status).end();
      for (let i = 0; i < 6; i++) expect(await door.call('x'.repeat(256))).toBe('governance_failure');
    }
    expect(door.ran()).toBe(0);
    expect(door.filter.status().connection).toMatchObject({ breaker: 'closed' });
  });

  test('an answer of another controlplane may hold less than ours', async () => {
    const door = open({ decisionMode: 'check' });
    const say = (answer: object): void => {
      server.answering = (_, response) =>
        void response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
    };
    say({ action: 'block', reason: 'Sensitive file access' });
    expect((await door.filter.check({ tool: 'read_file' })).decision).toMatchObject({
      reason: 'Sensitive file access',
    });
    expect(await door.call('read_file')).toBe('policy_blocked');
    say({ action: 'allow', reason: null, policy_id: null, metadata: null });
    expect(await door.call('read_file')).toBe('ran');
    say({ action: 'throttle', metadata: { throttle_delay_seconds: 2 } });
    expect((await door.filter.check({ tool: 'read_file' })).decision?.obligations).toEqual({ throttleDelaySeconds: 2 });
    say({ action: 'allow', decision: 'block' });
    expect(await door.call('read_file')).toBe('unknown_action');
  });
});
