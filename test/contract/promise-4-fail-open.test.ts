import { afterEach, describe, expect, it } from '@jest/globals';
import { ManualClock } from '../../src/testing/index.js';
import { faultsOf, optionsOf } from './faults.js';
import { HOSTS, refusalOf, Started, text } from './hosts/all-hosts.js';
import { CLIENTS } from './hosts/clients.js';
import { PROXIED } from './hosts/proxied.js';

const echo = { name: 'echo', handler: () => text('done') };
const failing = {
  decide: () => {
    throw new Error('unreachable');
  },
};
const deaf = {
  scan: () => {
    throw new Error('broken');
  },
};

describe.each([...HOSTS, ...CLIENTS, ...PROXIED])(
  'promise 4: failOpen covers failures and nothing that is meant, on $title',
  (host) => {
    const servers = new Started(host);
    afterEach(() => servers.closeAll());

    it.each(faultsOf(host).filter((fault) => fault.covered))(
      'open or closed as it says when the $title',
      async (fault) => {
        for (const failOpen of [true, false]) {
          const clock = new ManualClock();
          const server = await servers.start({
            tools: [echo],
            options: optionsOf(fault, failOpen),
            internals: { clock },
          });
          const call = server.call('echo', { q: 'x' });
          if (fault.waitMs !== undefined) await clock.untilPending();
          await clock.advance(fault.waitMs ?? 0);
          expect(refusalOf(await call)).toBe(failOpen ? undefined : 'governance_failure');
          const part = 'policy' in fault.options ? 'decide' : 'scan-input';
          const policyDecision = failOpen ? 'allow' : 'block';
          expect(server.sink.events).toMatchObject([{ failedOpen: failOpen ? [part] : [], policyDecision }]);
        }
      },
    );

    it.each(faultsOf(host).filter((fault) => !fault.covered))('never open when the $title', async (fault) => {
      const clock = new ManualClock();
      const server = await servers.start({ tools: [echo], options: optionsOf(fault, true), internals: { clock } });
      const call = server.call('echo', { q: 'x' });
      if (fault.waitMs !== undefined) await clock.untilPending();
      await clock.advance(fault.waitMs ?? 0);
      expect(refusalOf(await call)).toBe(fault.code);
      expect(server.sink.events).toMatchObject([
        { failedOpen: [], policyDecision: expect.not.stringContaining('allow') },
      ]);
    });

    it('still blocks, reviews and limits by local settings while the decision point is gone', async () => {
      const server = await servers.start({
        tools: ['blocked', 'reviewed', 'limited', 'open', 'tagged'].map((name) => ({
          ...echo,
          name,
          ...(name === 'tagged' && { governance: { policyAction: 'block' as const } }),
        })),
        options: {
          policy: failing,
          toolConfigs: {
            blocked: { policyAction: 'block' },
            reviewed: { approvalRequired: true },
            limited: { rateLimit: { maxPerMinute: 1 } },
          },
        },
      });
      expect(refusalOf(await server.call('blocked'))).toBe('policy_blocked');
      expect(refusalOf(await server.call('reviewed'))).toBe('approval_unavailable');
      expect(refusalOf(await server.call('open'))).toBeUndefined();
      expect(refusalOf(await server.call('limited'))).toBeUndefined();
      expect(refusalOf(await server.call('limited'))).toBe('rate_limited');
      // A low-level server has no place for tags, and clients and proxies see none.
      expect(refusalOf(await server.call('tagged'))).toBe(
        host.lowLevel || host.client === true || PROXIED.includes(host) ? undefined : 'policy_blocked',
      );
    });

    it('blocks by default while the decision point is gone, if that is the default', async () => {
      const options = { policy: failing, policyConfig: { defaultPolicyAction: 'block' as const } };
      const server = await servers.start({ tools: [echo], options });
      expect(refusalOf(await server.call('echo'))).toBe('policy_blocked');
    });

    it('still decides and limits while the scanner is broken', async () => {
      const options = {
        piiScanner: deaf,
        policy: { decide: () => ({ action: 'block' as const }) },
        policyConfig: { maxDepth: 5 },
      };
      const server = await servers.start({ tools: [echo], options });
      expect(refusalOf(await server.call('echo', { q: 'x' }))).toBe('policy_blocked');
      expect(refusalOf(await server.call('echo', { q: [[[[[[]]]]]] }))).toBe('arguments_too_large');
      expect(server.runs('echo')).toEqual([]);
    });

    it('keeps no arguments in the record that nobody could scan', async () => {
      const server = await servers.start({ tools: [echo], options: { piiScanner: deaf } });
      await server.call('echo', { q: '123-45-6789' });
      expect(server.runs('echo')).toHaveLength(1);
      expect(server.sink.events).toMatchObject([{ params: undefined, failedOpen: ['scan-input', 'scan-output'] }]);
    });

    it('withholds results, errors and all, that a broken scanner could not see, when closed', async () => {
      const scan = (_text: string, context?: { direction: string }) =>
        context?.direction === 'output' ? deaf.scan() : [];
      const thrower = {
        name: 'fails',
        handler: () => {
          throw new Error('the secret');
        },
      };
      const options = { piiScanner: { scan }, policyConfig: { failOpen: false } };
      const server = await servers.start({ tools: [echo, thrower], options });
      for (const name of ['echo', 'fails']) {
        const result = await server.call(name);
        expect(refusalOf(result)).toBe('governance_failure');
        expect(JSON.stringify(result)).not.toMatch(/done|secret/);
      }
    });
  },
);
