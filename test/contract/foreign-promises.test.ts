import { setImmediate as later } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { HOSTS, refusalOf, Started, text } from './hosts/all-hosts.js';

/** Promises that are none of ours: of another realm, as Node's own are under jest, and of another library. */
const KINDS: readonly [string, <T>(value: T) => Promise<T>, () => Promise<never>][] = [
  ['of another realm', (value) => later(value), () => later().then(() => fling())],
  [
    'of another library',
    (value) =>
      thenable((resolve) => {
        resolve(value);
      }),
    () =>
      thenable((_, reject) => {
        reject(boom());
      }),
  ],
];

describe.each(HOSTS)('promises that are no Promise, on $title', (host) => {
  const servers = new Started(host);
  const unhandled: unknown[] = [];
  const onUnhandled = (fault: unknown) => void unhandled.push(fault);
  beforeAll(() => void process.on('unhandledRejection', onUnhandled));
  afterAll(() => void process.off('unhandledRejection', onUnhandled));
  afterEach(() => servers.closeAll());
  const tools = [{ name: 'echo', handler: () => text('done') }];

  it.each(KINDS)('are waited for: those %s', async (_title, resolved, rejected) => {
    const allowing = await servers.start({
      tools,
      options: { policy: { decide: () => resolved({ action: 'allow' }) } },
    });
    expect(refusalOf(await allowing.call('echo', { q: 'x' }))).toBeUndefined();
    const blocking = await servers.start({
      tools,
      options: { policy: { decide: () => resolved({ action: 'block' }) } },
    });
    expect(refusalOf(await blocking.call('echo', { q: 'x' }))).toBe('policy_blocked');
    const policyConfig = { failOpen: false };
    const failing = await servers.start({ tools, options: { policy: { decide: () => rejected() }, policyConfig } });
    expect(refusalOf(await failing.call('echo', { q: 'x' }))).toBe('governance_failure');
    const deaf = await servers.start({ tools, options: { piiScanner: { scan: () => rejected() }, policyConfig } });
    expect(refusalOf(await deaf.call('echo', { q: 'x' }))).toBe('governance_failure');
  });

  it.each(KINDS)('are no surprise when a sink rejects with one: those %s', async (_title, _resolved, rejected) => {
    const server = await servers.start({ tools, options: { audit: { write: () => rejected() } } });
    expect(refusalOf(await server.call('echo', { q: 'x' }))).toBeUndefined();
    await later();
    await later();
    expect(unhandled).toEqual([]);
  });
});

function boom(): Error {
  return new Error('boom');
}

function fling(): never {
  throw boom();
}

/** Something with nothing but a `then`. */
function thenable<T>(settle: (resolve: (value: T) => void, reject: (fault: Error) => void) => void): Promise<T> {
  const then = (resolve: (value: T) => void, reject: (fault: Error) => void): void => {
    settle(resolve, reject);
  };
  return { then } as unknown as Promise<T>;
}
