import { afterEach, describe, expect, it } from '@jest/globals';
import { ManualClock } from '../../src/testing/index.js';
import { faultsOf, optionsOf, until } from './faults.js';
import { HOSTS, refusalOf, type Setup, Started, text, textOf } from './hosts/all-hosts.js';
import { CLIENTS } from './hosts/clients.js';
import { PROXIED } from './hosts/proxied.js';

const echo = { name: 'echo', handler: () => text('done') };

describe.each([...HOSTS, ...CLIENTS, ...PROXIED])('promise 1: the handler runs once or never, on $title', (host) => {
  const servers = new Started(host);
  afterEach(() => servers.closeAll());

  describe.each([true, false])('with failOpen %s', (failOpen) => {
    it.each(faultsOf(host))('when the $title', async (fault) => {
      const clock = new ManualClock();
      const server = await servers.start({ tools: [echo], options: optionsOf(fault, failOpen), internals: { clock } });

      const call = server.call('echo', { q: 'x' });
      if (fault.waitMs !== undefined) {
        await clock.untilPending();
        await clock.advance(fault.waitMs);
      }
      const result = await call;

      const passes = fault.covered && failOpen;
      expect(server.runs('echo')).toEqual(passes ? [{ q: 'x' }] : []);
      expect(refusalOf(result)).toBe(passes ? undefined : fault.code);
      expect(server.sink.events).toHaveLength(1);
      expect(clock.pending).toBe(0);
    });

    it('once when the scanner fails over the result', async () => {
      const scan = (_text: string, context?: { direction: string }) => {
        if (context?.direction === 'output') throw new Error('boom');
        return [];
      };
      const options = { piiScanner: { scan }, policyConfig: { failOpen } };
      const server = await servers.start({ tools: [echo], options });
      const result = await server.call('echo');
      expect(server.runs('echo')).toHaveLength(1);
      expect(refusalOf(result)).toBe(failOpen ? undefined : 'governance_failure');
      expect(textOf(result)).toEqual(failOpen ? 'done' : expect.not.stringContaining('done'));
      expect(server.sink.events).toMatchObject([{ failedOpen: failOpen ? ['scan-output'] : [] }]);
    });

    it.each([
      ['throws', boom],
      ['rejects', () => Promise.reject(new Error('boom'))],
    ])('once when every sink %s', async (_title, write) => {
      const options = { audit: [{ write }, { write }], policyConfig: { failOpen } };
      const server = await servers.start({ tools: [echo], options });
      expect(await server.call('echo')).toMatchObject({ content: [{ text: 'done' }] });
      expect(server.runs('echo')).toHaveLength(1);
    });
  });

  it.each([
    ['throws', boom],
    ['throws what is no Error', () => fling('boom')],
    ['rejects', () => Promise.reject(new Error('boom'))],
  ])('once when it %s itself', async (_title, handler) => {
    const server = await servers.start({ tools: [{ name: 'fails', handler }] });
    const settled = await server.call('fails').then(
      (result) => result.isError,
      () => true,
    );
    expect(settled).toBe(true);
    expect(server.runs('fails')).toHaveLength(1);
    expect(server.sink.events).toMatchObject([{ resultStatus: 'tool_error' }]);
  });

  it('never when the caller cancels before it, even if the answer then is to allow', async () => {
    let answer: ((decision: { action: 'allow' }) => void) | undefined;
    const decide = () => new Promise<{ action: 'allow' }>((resolve) => (answer = resolve));
    const server = await servers.start({ tools: [echo], options: { policy: { decide } } });
    await cancelledCall(server, () => answer !== undefined);
    answer?.({ action: 'allow' });
    await until(() => server.sink.events.length > 0);
    expect(server.runs('echo')).toEqual([]);
    expect(server.sink.events).toMatchObject([{ resultStatus: 'cancelled' }]);
  });

  it('never when the caller cancels while a person is asked or the call is held back', async () => {
    const clock = new ManualClock();
    const slow: Setup['options'][] = [
      { toolConfigs: { echo: { approvalRequired: true } }, onPolicyBlock: () => new Promise(() => undefined) },
      { toolConfigs: { echo: { policyAction: 'throttle' } } },
      { piiScanner: { scan: () => new Promise(() => undefined) } },
    ];
    for (const options of slow) {
      const server = await servers.start({ tools: [echo], options, internals: { clock } });
      await cancelledCall(server, () => clock.pending > 0);
      await until(() => server.sink.events.length > 0);
      await clock.advance(600_000);
      expect(server.runs('echo')).toEqual([]);
      expect(server.sink.events).toHaveLength(1);
    }
  });

  it('once when the caller cancels while it runs', async () => {
    let finish: ((result: unknown) => void) | undefined;
    const handler = () => new Promise((resolve) => (finish = resolve));
    const server = await servers.start({ tools: [{ name: 'echo', handler }] });
    await cancelledCall(server, () => finish !== undefined);
    finish?.(text('late'));
    await until(() => server.sink.events.length > 0);
    expect(server.runs('echo')).toHaveLength(1);
    expect(server.sink.events).toMatchObject([{ resultStatus: 'cancelled' }]);
  });

  it('once when a middleware calls next twice', async () => {
    const onCallTool = async (context: never, next: (context: never) => Promise<unknown>) => {
      const first = await next(context);
      await next(context).catch(() => undefined);
      return first;
    };
    const server = await servers.start({ tools: [echo], middlewares: [{ onCallTool }] });
    await server.call('echo');
    expect(server.runs('echo')).toHaveLength(1);
  });
});

function boom(): never {
  throw new Error('boom');
}

function fling(value: unknown): never {
  throw value;
}

/** Calls `echo` and cancels as soon as `ready` says so; the client is told at once. */
async function cancelledCall(server: Awaited<ReturnType<Started['start']>>, ready: () => boolean): Promise<void> {
  const caller = new AbortController();
  const call = server.call('echo', { q: 'x' }, { signal: caller.signal });
  const refused = expect(call).rejects.toThrow();
  await until(ready);
  caller.abort(new Error('no longer wanted'));
  await refused;
}
