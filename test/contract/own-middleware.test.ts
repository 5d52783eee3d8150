import { afterEach, describe, expect, it } from '@jest/globals';
import { type CallToolContext, GovernanceMiddleware, type Middleware, PolicyViolationError } from '../../src/index.js';
import { MemorySink } from '../../src/testing/index.js';
import { type CallResult, HOSTS, refusalOf, Started, text, textOf } from './hosts/all-hosts.js';

type Next = (context: CallToolContext) => Promise<unknown>;
const SSN = '123-45-6789';
const echo = { name: 'echo', handler: (args: object) => text(JSON.stringify(args)) };
const calling = (onCallTool: (context: CallToolContext, next: Next) => Promise<unknown>): Middleware => ({
  onCallTool,
});
const governing = (options: object = {}): GovernanceMiddleware => new GovernanceMiddleware(options, { env: {} });

describe.each(HOSTS)("users' own middleware, on $title", (host) => {
  const servers = new Started(host);
  afterEach(() => servers.closeAll());
  const start = (...middlewares: Middleware[]) => servers.start({ tools: [echo], middlewares });

  it('runs in the order of adding', async () => {
    const order: string[] = [];
    const noting = (name: string) =>
      calling(async (context, next) => {
        order.push(`${name} in`);
        const result = await next(context);
        order.push(`${name} out`);
        return result;
      });
    const server = await start(noting('a'), { onListTools: (context, next) => next(context) }, noting('b'));
    await server.call('echo', {});
    expect(order).toEqual(['a in', 'b in', 'b out', 'a out']);
  });

  it('sees the call', async () => {
    const seen: CallToolContext[] = [];
    const server = await start(calling((context, next) => (seen.push(context), next(context))));
    await server.call('echo', { q: 1 }, { meta: { tenant: 'acme' } });
    expect(seen).toMatchObject([
      {
        server: 'contract',
        tool: 'echo',
        arguments: { q: 1 },
        request: {
          door: 'middleware',
          meta: { tenant: 'acme' },
          client: { name: 'contract-client' },
          transport: 'pipe',
        },
      },
    ]);
    expect(seen[0]?.request.signal).toBeInstanceOf(AbortSignal);
  });

  it('changes arguments before governance judges them, and results after', async () => {
    const adding = calling(async (context, next) => {
      const result = (await next({ ...context, arguments: { ...context.arguments, q: SSN } })) as CallResult;
      return { ...result, _meta: { seen: true } };
    });
    const server = await start(adding, governing({ piiActions: { ssn: 'redact' } }));
    const result = await server.call('echo', { other: 1 });
    expect(server.runs('echo')).toEqual([{ other: 1, q: '##SSN##' }]);
    expect(result._meta).toEqual({ seen: true });
  });

  it.each(['before', 'behind'])('%s governance may not pass a call on as another tool: nothing runs', async (place) => {
    const renaming = calling((context, next) => next({ ...context, tool: 'search' }));
    const server = await start(...(place === 'before' ? [renaming, governing()] : [governing(), renaming]));
    await expect(server.call('echo', {})).rejects.toThrow(/not the tool/);
    expect(server.runs('echo')).toEqual([]);
  });

  it('behind governance gets what was judged', async () => {
    const seen: object[] = [];
    const server = await start(
      governing({ piiActions: { ssn: 'redact' } }),
      calling((context, next) => (seen.push(context.arguments), next(context))),
    );
    await server.call('echo', { q: SSN });
    expect(seen).toEqual([{ q: '##SSN##' }]);
    expect(server.runs('echo')).toEqual(seen);
  });

  it('behind governance never sees a blocked call, and what it adds is scanned', async () => {
    let calls = 0;
    const leaking = calling(async () => {
      calls++;
      return text(`by itself: ${SSN}`);
    });
    const open = await start(governing(), leaking);
    expect(textOf(await open.call('echo', {}))).toBe('by itself: ##SSN##');
    const closed = await start(governing({ policyConfig: { defaultPolicyAction: 'block' } }), leaking);
    expect(refusalOf(await closed.call('echo', {}))).toBe('policy_blocked');
    expect(calls).toBe(1);
    expect(open.runs('echo')).toEqual([]);
  });

  it('answers by itself: neither governance behind it nor the tool is asked', async () => {
    const audit = new MemorySink();
    const server = await start(
      calling(async () => text('from the cache')),
      governing({ audit }),
    );
    expect(textOf(await server.call('echo', {}))).toBe('from the cache');
    expect(server.runs('echo')).toEqual([]);
    expect(audit.events).toEqual([]);
  });

  it.each([
    ['at once', () => fling()],
    ['later', () => Promise.reject(new Error('no entry'))],
  ])('that throws %s is an error to the client, and the tool does not run', async (_title, onCallTool) => {
    const server = await start(calling(onCallTool), governing());
    await expect(server.call('echo', {})).rejects.toThrow(/no entry/);
    expect(server.runs('echo')).toEqual([]);
  });

  it('may raise a refusal of its own', async () => {
    const refusing = calling(() => Promise.reject(new PolicyViolationError('policy_blocked', 'echo: not on Sundays.')));
    const server = await start(refusing);
    await expect(server.call('echo', {})).rejects.toMatchObject({ code: -32080, data: { code: 'policy_blocked' } });
  });

  it('governs twice where two governing middlewares are added: both must agree, each keeps its record', async () => {
    const [outer, inner] = [new MemorySink(), new MemorySink()];
    const server = await start(
      governing({ audit: outer }),
      governing({ audit: inner, policyConfig: { defaultPolicyAction: 'block' } }),
    );
    expect(refusalOf(await server.call('echo', {}))).toBe('policy_blocked');
    expect(server.runs('echo')).toEqual([]);
    expect([outer, inner].map((sink) => sink.events.length)).toEqual([1, 1]);
  });
});

function fling(): never {
  throw new Error('no entry');
}
