import { afterEach, describe, expect, it } from '@jest/globals';
import type { Action } from '../../src/call/action.js';
import type { Decision } from '../../src/call/decision.js';
import { HOSTS, refusalOf, type Setup, Started, text } from './hosts/all-hosts.js';

const SSN = '123-45-6789';
/** Low-level servers have no place for tags. */
const TAGGING = HOSTS.filter((host) => !host.lowLevel);
const ACTIONS: readonly Action[] = ['allow', 'warn', 'throttle', 'review', 'block'];
const echo = { name: 'echo', handler: () => text('done') };

/** What is recorded as decided, with the hold-back of a throttle switched off. */
async function decided(servers: Started, setup: Omit<Setup, 'tools'>, tag?: Action): Promise<string | undefined> {
  const tool = tag === undefined ? echo : { ...echo, governance: { policyAction: tag } };
  const server = await servers.start({ tools: [tool], ...setup });
  await server.call('echo', {});
  return server.sink.events[0]?.action;
}

/** A clock that does not make anybody wait. */
const hasty = {
  now: () => 0,
  elapsed: () => 0,
  after: (_ms: number, due: () => void) => (queueMicrotask(due), () => {}),
};
const internals = { clock: hasty };
const answering = (decision: Decision) => ({ decide: () => decision });

describe.each(HOSTS)('precedence of actions, on $title', (host) => {
  const servers = new Started(host);
  afterEach(() => servers.closeAll());

  it('the strictest of all entries that match is the word of the operator', async () => {
    const toolConfigs = {
      echo: { policyAction: 'warn' },
      'e*': { policyAction: 'block' },
      '*': { policyAction: 'allow' },
      'x*': { policyAction: 'block' },
    } as const;
    expect(await decided(servers, { options: { toolConfigs } })).toBe('block');
    const reversed = Object.fromEntries(Object.entries(toolConfigs).reverse());
    expect(await decided(servers, { options: { toolConfigs: reversed } })).toBe('block');
  });

  it('the word of the operator goes before the answer of the policy, either way', async () => {
    for (const said of ACTIONS) {
      for (const answer of ACTIONS) {
        const options = { policy: answering({ action: answer }), toolConfigs: { echo: { policyAction: said } } };
        expect(await decided(servers, { options, internals })).toBe(said);
      }
    }
  });

  it('but a mandatory rule stands where it is stricter', async () => {
    for (const [at, said] of ACTIONS.entries()) {
      for (const [other, answer] of ACTIONS.entries()) {
        const policy = answering({ action: answer, mandatory: true });
        const options = { policy, toolConfigs: { echo: { policyAction: said } } };
        expect(await decided(servers, { options, internals })).toBe(ACTIONS[Math.max(at, other)]);
      }
    }
  });

  it('the policy goes before the default', async () => {
    const policyConfig = { defaultPolicyAction: 'block' } as const;
    expect(await decided(servers, { options: { policyConfig, policy: answering({ action: 'allow' }) } })).toBe('allow');
    expect(await decided(servers, { options: { policyConfig } })).toBe('block');
  });

  it('approvalRequired asks, whatever allows, and loosens no block', async () => {
    for (const [answer, expected] of [
      ['allow', 'review'],
      ['throttle', 'review'],
      ['block', 'block'],
    ] as const) {
      const options = { policy: answering({ action: answer }), toolConfigs: { echo: { approvalRequired: true } } };
      expect(await decided(servers, { options, internals })).toBe(expected);
    }
  });

  it('code goes before the environment, and the environment before the default', async () => {
    const env = { MCP_GOVERNANCE_DEFAULT_POLICY_ACTION: 'block' };
    expect(await decided(servers, { internals: { env } })).toBe('block');
    const policyConfig = { defaultPolicyAction: 'warn' } as const;
    expect(await decided(servers, { options: { policyConfig }, internals: { env } })).toBe('warn');
  });

  it('enabled: false leaves a tool alone, unless another entry says otherwise', async () => {
    const options: Setup['options'] = {
      policyConfig: { defaultPolicyAction: 'block' },
      toolConfigs: { free: { enabled: false }, 'both*': { enabled: false }, both: { enabled: true } },
    };
    const tools = ['free', 'both', 'other'].map((name) => ({ ...echo, name }));
    const server = await servers.start({ tools, options });
    expect(refusalOf(await server.call('free', {}))).toBeUndefined();
    expect(refusalOf(await server.call('both', {}))).toBe('policy_blocked');
    expect(refusalOf(await server.call('other', {}))).toBe('policy_blocked');
    expect(server.sink.events.map((event) => event.tool)).toEqual(['both', 'other']);
  });
});

describe.each(HOSTS)('precedence of the other settings, field by field, on $title', (host) => {
  const servers = new Started(host);
  afterEach(() => servers.closeAll());
  const start = (options: Setup['options']) => servers.start({ tools: [echo], options });

  it('piiScan: what a tool says replaces the default, also to less', async () => {
    const loose = await start({
      policyConfig: { defaultPiiScan: 'strict' },
      toolConfigs: { echo: { piiScan: 'off' } },
    });
    expect(refusalOf(await loose.call('echo', { q: SSN }))).toBeUndefined();
    const strict = await start({
      policyConfig: { defaultPiiScan: 'off' },
      toolConfigs: { echo: { piiScan: 'strict' } },
    });
    expect(refusalOf(await strict.call('echo', { q: SSN }))).toBe('pii_input');
    const merged = await start({ toolConfigs: { echo: { piiScan: 'off' }, '*': { piiScan: 'strict' } } });
    expect(refusalOf(await merged.call('echo', { q: SSN }))).toBe('pii_input');
  });

  it('piiActions: by type, the strictest of the entries, before the mode', async () => {
    const server = await start({
      policyConfig: { defaultPiiScan: 'strict' },
      piiActions: { ssn: 'block', email: 'block' },
      toolConfigs: {
        echo: { piiActions: { ssn: 'allow', email: 'warn' } },
        '*': { piiActions: { email: 'redact' } },
      },
    });
    await server.call('echo', { q: SSN, mail: 'ann@example.com' });
    expect(server.runs('echo')).toEqual([{ q: SSN, mail: '##EMAIL##' }]);
    expect(refusalOf(await server.call('echo', { card: '4111 1111 1111 1111' }))).toBe('pii_input');
  });

  it('rateLimit: the lowest of the same key replaces the default; other keys apply besides', async () => {
    const server = await start({
      policyConfig: { defaultRateLimit: { maxPerMinute: 1 } },
      toolConfigs: {
        echo: { rateLimit: { maxPerMinute: 5 } },
        'e*': { rateLimit: { maxPerMinute: 3 } },
        '*': { rateLimit: { maxPerMinute: 2, by: ['user'] } },
      },
    });
    const call = async (user: string) => refusalOf(await server.call('echo', { user }));
    expect([await call('a'), await call('a'), await call('b')]).toEqual([undefined, undefined, undefined]);
    expect(await call('c')).toBe('rate_limited');
  });
});

describe.each(TAGGING)('precedence of tags, on $title', (host) => {
  const servers = new Started(host);
  afterEach(() => servers.closeAll());

  it('an author can tighten the word of operator and policy and never loosen it', async () => {
    for (const [at, tag] of ACTIONS.entries()) {
      for (const [other, said] of ACTIONS.entries()) {
        const strictest = ACTIONS[Math.max(at, other)];
        const byOperator = { toolConfigs: { echo: { policyAction: said } } };
        expect(await decided(servers, { options: byOperator, internals }, tag)).toBe(strictest);
        const byPolicy = { policy: answering({ action: said }) };
        expect(await decided(servers, { options: byPolicy, internals }, tag)).toBe(strictest);
      }
    }
  });

  it('of both, the strictest holds in every field', async () => {
    const tools = [
      {
        ...echo,
        governance: { piiScan: 'off', piiActions: { ssn: 'allow' }, rateLimit: { maxPerMinute: 9 } } as const,
      },
    ];
    const toolConfigs = {
      echo: { piiScan: 'standard', piiActions: { ssn: 'redact' }, rateLimit: { maxPerMinute: 1 } },
    } as const;
    const server = await servers.start({ tools, options: { toolConfigs } });
    await server.call('echo', { q: SSN });
    expect(server.runs('echo')).toEqual([{ q: '##SSN##' }]);
    expect(refusalOf(await server.call('echo', {}))).toBe('rate_limited');
    const other = await servers.start({
      tools: [{ ...echo, governance: { piiScan: 'strict' } }],
      options: { toolConfigs },
    });
    expect(refusalOf(await other.call('echo', { mail: 'ann@example.com' }))).toBe('pii_input');
  });

  it('an author cannot take a tool out of governance', async () => {
    const tool = { ...echo, governance: { enabled: false } as object };
    await expect(servers.start({ tools: [tool] })).rejects.toThrow(/enabled/);
  });
});
