import { afterEach, describe, expect, it } from '@jest/globals';
import { MemorySink } from '../../src/testing/index.js';
import { HOSTS, type Setup, Started, text } from './hosts/all-hosts.js';
import { CLIENTS } from './hosts/clients.js';
import { PROXIED } from './hosts/proxied.js';

const echo = { name: 'echo', handler: () => text('done') };
const fails = {
  name: 'fails',
  handler: () => {
    throw new Error('boom');
  },
};
const saysNo = { name: 'says_no', handler: () => ({ content: [], isError: true }) };
const big = { name: 'big', handler: () => text('x'.repeat(2000)) };
const tools = [echo, fails, saysNo, big];

describe.each([...HOSTS, ...CLIENTS, ...PROXIED])('promise 3: exactly one audit event a call, on $title', (host) => {
  const servers = new Started(host);
  afterEach(() => servers.closeAll());

  it('whatever became of it', async () => {
    const options: Setup['options'] = {
      policyConfig: { maxArgumentBytes: 1000, maxResultBytes: 1000 },
      toolConfigs: { echo: { rateLimit: { maxPerMinute: 2 } } },
      policy: { decide: (call) => ({ action: call.arguments['block'] === true ? 'block' : 'allow' }) },
    };
    const server = await servers.start({ tools, options });
    const calls: [string, object, object][] = [
      ['echo', {}, { resultStatus: 'success', policyDecision: 'allow', action: 'allow' }],
      ['fails', {}, { resultStatus: 'tool_error', policyDecision: 'allow' }],
      ['says_no', {}, { resultStatus: 'tool_error', policyDecision: 'allow' }],
      ['big', {}, { resultStatus: 'blocked', policyDecision: 'block', errorCode: 'result_too_large' }],
      ['echo', { q: 'x'.repeat(2000) }, { resultStatus: 'blocked', errorCode: 'arguments_too_large' }],
      ['says_no', { block: true }, { resultStatus: 'blocked', policyDecision: 'block', action: 'block' }],
      ['echo', {}, { resultStatus: 'success' }],
      ['echo', {}, { resultStatus: 'blocked', errorCode: 'rate_limited', policyDecision: 'block' }],
    ];
    for (const [at, [tool, args, expected]] of calls.entries()) {
      await server.call(tool, args).catch(() => undefined);
      expect(server.sink.events).toHaveLength(at + 1);
      expect(server.sink.events[at]).toMatchObject({ tool, method: `tools/call: ${tool}`, ...expected });
    }
    const ids = server.sink.events.map((event) => event.id);
    expect(new Set(ids).size).toBe(calls.length);
  });

  it('to every sink, also where one of them throws or rejects', async () => {
    const sinks = [new MemorySink(), new MemorySink()];
    const broken = [{ write: boom }, { write: () => Promise.reject(new Error('boom')) }, { write: () => thenable }];
    const audit = [broken[0]!, sinks[0]!, broken[1]!, broken[2]!, sinks[1]!];
    const server = await servers.start({ tools, options: { audit } });
    await server.call('echo');
    await server.call('fails').catch(() => undefined);
    expect(sinks.map((sink) => sink.events.map((event) => event.tool))).toEqual([
      ['echo', 'fails'],
      ['echo', 'fails'],
    ]);
  });

  it('for a tool that there is not', async () => {
    const server = await servers.start({ tools });
    await server.call('no_such_tool').catch(() => undefined);
    expect(server.sink.events).toMatchObject([{ tool: 'no_such_tool', resultStatus: 'tool_error' }]);
  });

  it('for each of many calls at once', async () => {
    const server = await servers.start({ tools });
    const names = Array.from({ length: 40 }, (_, at) => tools[at % 3]!.name);
    await Promise.allSettled(names.map((name) => server.call(name, { at: 1 })));
    expect(server.sink.events.map((event) => event.tool).sort()).toEqual([...names].sort());
  });

  it('with its fields', async () => {
    const options = {
      serverName: 'files',
      identify: () => ({ agent: 'bot', user: 'ann', attributes: {}, selfDeclared: false }),
    };
    const server = await servers.start({ tools, options });
    await server.call('echo', { mail: 'ann@example.com' });
    const [event] = server.sink.events;
    expect(JSON.parse(JSON.stringify(event))).toMatchObject({
      id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-7/),
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
      agent: 'bot',
      user: 'ann',
      door: PROXIED.includes(host) ? 'proxy' : host.client === true ? 'client' : 'middleware',
      server: 'files',
      tool: 'echo',
      policyId: 'mcp:files:echo',
      matchedRule: '<default>',
      paramsHash: expect.stringMatching(/^[0-9a-f]{64}$/),
      params: { mail: '##EMAIL##' },
      findings: [{ type: 'email', path: '$.mail' }],
      resultStatus: 'success',
      failedOpen: [],
    });
  });
});

/** What a sink gives back that is a promise of another kind; nobody may be surprised by its rejection. */
const thenable = {
  then: (_resolve: unknown, reject?: (fault: Error) => void) => reject?.(new Error('boom')),
} as unknown as Promise<void>;

function boom(): never {
  throw new Error('boom');
}
