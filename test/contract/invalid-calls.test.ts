import { afterEach, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import type { JsonObject } from '../../src/call/json.js';
import { HOSTS, Started, text } from './hosts/all-hosts.js';

const tools = [
  { name: 'echo', handler: () => text('done') },
  { name: 'strict', handler: () => text('done'), parameters: z.object({ at: z.number() }) },
];
const INVALID_PARAMS = -32602;

describe.each(HOSTS)('a request that is no call of a tool leaves exactly one event, on $title', (host) => {
  const servers = new Started(host);
  afterEach(() => servers.closeAll());

  it.each<[string, unknown, string]>([
    ['no name', {}, '(invalid name)'],
    ['no params', undefined, '(invalid name)'],
    ['a name that is a number', { name: 7 }, '(invalid name)'],
    ['a name that is an object', { name: { toString: 'echo' }, arguments: {} }, '(invalid name)'],
    ['arguments that are a list', { name: 'echo', arguments: [] }, 'echo'],
    ['arguments that are a text', { name: 'echo', arguments: 'x' }, 'echo'],
    ['arguments that are null', { name: 'echo', arguments: null }, 'echo'],
  ])('%s', async (_, params, tool) => {
    const server = await servers.start({ tools });
    const { error } = await server.raw('tools/call', params);
    expect((error as JsonObject)['code']).toBe(INVALID_PARAMS);
    expect(server.runs('echo')).toEqual([]);
    expect(server.sink.events).toMatchObject([
      {
        tool,
        method: `tools/call: ${tool}`,
        door: 'middleware',
        server: 'contract',
        policyDecision: 'block',
        action: undefined,
        params: undefined,
        paramsHash: undefined,
        resultStatus: 'blocked',
        errorCode: 'invalid_request',
        reason: 'Invalid tools/call request: name must be a string and arguments an object.',
      },
    ]);
  });

  it('a name that cannot be one, a tool that there is not, and arguments that do not fit', async () => {
    const server = await servers.start({ tools });
    const sent = ['x'.repeat(300), 'a\nb', 'no_such_tool', ...(host.lowLevel ? [] : ['strict'])];
    for (const name of sent) await server.raw('tools/call', { name, arguments: { at: 'noon' } });
    expect(server.runs('strict')).toEqual([]);
    expect(server.sink.events.map(({ tool, resultStatus, errorCode }) => [tool, resultStatus, errorCode])).toEqual(
      [
        ['(invalid name)', 'blocked', 'invalid_tool_name'],
        ['(invalid name)', 'blocked', 'invalid_tool_name'],
        ['no_such_tool', 'tool_error', undefined],
        ['strict', 'tool_error', undefined],
      ].slice(0, sent.length),
    );
  });

  it('none where the tool is not governed', async () => {
    const server = await servers.start({ tools, options: { toolConfigs: { echo: { enabled: false } } } });
    await server.raw('tools/call', { name: 'echo', arguments: [] });
    expect(server.sink.events).toEqual([]);
  });

  it("another middleware's fault keeps nobody from recording it", async () => {
    const told: unknown[] = [];
    const server = await servers.start({
      tools,
      middlewares: [
        { onInvalidCall: () => Promise.reject(new Error('mine')) },
        { onInvalidCall: ({ tool }) => void told.push(tool) },
      ],
    });
    const { error } = await server.raw('tools/call', { name: 'echo', arguments: 1 });
    expect([(error as JsonObject)['code'], told]).toEqual([INVALID_PARAMS, ['echo']]);
  });
});
