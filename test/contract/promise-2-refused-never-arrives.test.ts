import { afterEach, describe, expect, it } from '@jest/globals';
import type { GovernanceOptions } from '../../src/config/options.js';
import { HOSTS, refusalOf, Started, text, textOf } from './hosts/all-hosts.js';
import { until } from './faults.js';
import { CLIENTS } from './hosts/clients.js';
import { PROXIED } from './hosts/proxied.js';

const SSN = '123-45-6789';

interface Refusal {
  readonly title: string;
  readonly code: string;
  readonly options: GovernanceOptions;
  readonly args?: object;
}

const tooDeep = { q: JSON.parse('['.repeat(90) + ']'.repeat(90)) as unknown };
const review = { echo: { approvalRequired: true } };

/** Every refusal that is meant. `failOpen` is on, because it must not matter. */
const REFUSALS: readonly Refusal[] = [
  {
    title: 'blocked by toolConfigs',
    code: 'policy_blocked',
    options: { toolConfigs: { echo: { policyAction: 'block' } } },
  },
  { title: 'blocked by a glob', code: 'policy_blocked', options: { toolConfigs: { 'e*': { policyAction: 'block' } } } },
  {
    title: 'blocked by default',
    code: 'policy_blocked',
    options: { policyConfig: { defaultPolicyAction: 'block' } },
  },
  {
    title: 'blocked by the decision point',
    code: 'policy_blocked',
    options: { policy: { decide: () => ({ action: 'block' }) } },
  },
  {
    title: 'blocked by the decision point, late',
    code: 'policy_blocked',
    options: { policy: { decide: () => Promise.resolve({ action: 'block' }) } },
  },
  { title: 'under review with nobody to ask', code: 'approval_unavailable', options: { toolConfigs: review } },
  {
    title: 'denied by a person',
    code: 'approval_denied',
    options: { toolConfigs: review, onPolicyBlock: () => ({ approved: false, approver: 'ann' }) },
  },
  {
    title: 'not answered by a person in time',
    code: 'approval_timeout',
    options: { toolConfigs: review, onPolicyBlock: () => ({ approved: false, timedOut: true }) },
  },
  {
    title: 'blocked finally although a person would approve',
    code: 'policy_blocked',
    options: {
      policy: { decide: () => ({ action: 'block', final: true }) },
      onPolicyBlock: () => ({ approved: true }),
    },
  },
  {
    title: 'with a finding in strict mode',
    code: 'pii_input',
    options: { policyConfig: { defaultPiiScan: 'strict' } },
  },
  { title: 'with a finding whose type is blocked', code: 'pii_input', options: { piiActions: { ssn: 'block' } } },
  {
    title: 'with arguments too large',
    code: 'arguments_too_large',
    options: { policyConfig: { maxArgumentBytes: 10 } },
  },
  { title: 'with too many keys', code: 'arguments_too_large', options: { policyConfig: { maxKeys: 1 } } },
  { title: 'with arguments too deep', code: 'arguments_too_large', options: {}, args: tooDeep },
];

const echo = { name: 'echo', handler: () => text('done') };

describe.each([...HOSTS, ...CLIENTS, ...PROXIED])(
  'promise 2: a call that was refused never reaches the handler, on $title',
  (host) => {
    const servers = new Started(host);
    afterEach(() => servers.closeAll());

    it.each(REFUSALS)('$title', async ({ code, options, args = { q: SSN, r: 1 } }) => {
      const server = await servers.start({ tools: [echo], options });
      const result = await server.call('echo', args);
      expect(server.runs('echo')).toEqual([]);
      expect(result.isError).toBe(true);
      expect(refusalOf(result)).toBe(code);
      expect(textOf(result)).toMatch(/^Tool call blocked by policy: ./);
    });

    it.each(REFUSALS)('raised as a JSON-RPC error: $title', async ({ code, options, args = { q: SSN, r: 1 } }) => {
      const server = await servers.start({ tools: [echo], options: { ...options, blockMode: 'raise' } });
      await expect(server.call('echo', args)).rejects.toMatchObject(
        // A client gets the violation itself.
        host.client === true ? { code } : { code: -32080, data: { code } },
      );
      expect(server.runs('echo')).toEqual([]);
    });

    it('over its rate limit, with the seconds after which to try again', async () => {
      const options = { toolConfigs: { echo: { rateLimit: { maxPerMinute: 2 } } } };
      const server = await servers.start({ tools: [echo], options });
      const results = [await server.call('echo'), await server.call('echo'), await server.call('echo')];
      expect(results.map(refusalOf)).toEqual([undefined, undefined, 'rate_limited']);
      expect(server.runs('echo')).toHaveLength(2);
      expect(textOf(results[2]!)).toMatch(/Retry after \d+ s/);
      expect(results[2]!._meta).toMatchObject({
        'mcp-governance/refusal': { retryAfterSeconds: expect.any(Number) },
      });
    });

    it('while as many calls run as may run at once', async () => {
      const finish: ((result: unknown) => void)[] = [];
      const handler = () => new Promise((resolve) => finish.push(resolve));
      const options = { toolConfigs: { echo: { rateLimit: { maxConcurrent: 1 } } } };
      const server = await servers.start({ tools: [{ name: 'echo', handler }], options });
      const first = server.call('echo');
      const second = server.call('echo');
      expect(refusalOf(await second)).toBe('rate_limited');
      await until(() => finish.length > 0);
      finish[0]?.(text('done'));
      expect(textOf(await first)).toBe('done');
      expect(server.runs('echo')).toHaveLength(1);
    });
  },
);
