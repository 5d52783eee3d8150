import { afterEach, describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { isAlive, ODD_SERVER, type ProxiedSetup, startProxied, textOf } from './proxied-process.js';
import { until } from '../contract/faults.js';

process.env['MCP_GOVERNANCE_LOG_LEVEL'] = 'silent';

describe('the process of a server behind the proxy', () => {
  const started: Awaited<ReturnType<typeof startProxied>>[] = [];
  const start = async (setup?: ProxiedSetup) => {
    const proxied = await startProxied(setup);
    started.push(proxied);
    await proxied.initialize();
    return proxied;
  };
  afterEach(async () => {
    await Promise.all(started.splice(0).map((each) => each.close()));
  });
  const pidsOf = ({ noted }: (typeof started)[number]): number[] =>
    noted()
      .flatMap((line) => /^started (\d+)$/.exec(line)?.[1] ?? [])
      .map(Number);

  it.each(['crash', 'kill'])(
    'that ends by %s: every request under way is answered, and the session goes on',
    async (how) => {
      const proxied = await start();
      const waiting = [proxied.call('hang'), proxied.request('later/invented'), proxied.call(how)];
      const [hung, , crashed] = await Promise.all(waiting);
      for (const answer of [hung, crashed]) {
        expect(answer?.['error']).toEqual({
          code: -32000,
          message: `The MCP server ended ${how === 'kill' ? 'by SIGKILL' : 'with exit code 3'} before it answered.`,
        });
      }
      expect(textOf(await proxied.call('echo', { say: 'again' }))).toBe('again');
      expect(proxied.noted().filter((line) => line === 'initialize' || line === 'notifications/initialized')).toEqual([
        'initialize',
        'notifications/initialized',
        'initialize',
        'notifications/initialized',
      ]);
      expect(proxied.sink.events.map(({ tool, resultStatus }) => [tool, resultStatus])).toEqual(
        expect.arrayContaining([
          ['hang', 'tool_error'],
          [how, 'tool_error'],
          ['echo', 'success'],
        ]),
      );
    },
  );

  it('that crashes again and again is given up, with an end for the client', async () => {
    const proxied = await start();
    const how = proxied.proxy.ended;
    for (let at = 0; at < 4; at++) expect((await proxied.call('crash'))['error']).toMatchObject({ code: -32000 });
    expect(await how).toEqual({ side: 'upstream', why: expect.stringContaining('again and again') });
    expect(pidsOf(proxied).map(isAlive)).toEqual([false, false, false, false]);
  });

  it('that writes junk: nothing of it gets to the client, and calls are answered', async () => {
    const proxied = await start();
    expect(textOf(await proxied.call('junk'))).toBe('after junk');
    expect(proxied.received.every(({ jsonrpc }) => jsonrpc === '2.0')).toBe(true);
    expect(proxied.received).toHaveLength(2);
  });

  it('that answers twice, and for nobody: the first answer counts', async () => {
    const proxied = await start();
    expect(textOf(await proxied.call('twice'))).toBe('first');
    await proxied.request('ping');
    expect(JSON.stringify(proxied.received)).not.toMatch(/second|nobody/);
  });

  it('that floods: everything arrives, in order, as fast as the client reads', async () => {
    const proxied = await start();
    expect(textOf(await proxied.call('flood', { lines: 3_000 }))).toBe('flooded');
    const lines = proxied.received.filter(({ method }) => method === 'notifications/message');
    expect(lines.map(({ params }) => (params as { data?: unknown }).data)).toEqual(
      Array.from({ length: 3_000 }, (_, at) => `line ${at}`),
    );
  });

  it('that answers with 50 MB: the answer is refused while it streams by', async () => {
    const proxied = await start();
    const before = process.memoryUsage().rss;
    const answer = await proxied.call('large', { megabytes: 50 });
    expect(answer['error']).toEqual({ code: -32600, message: 'Larger than 33554432 bytes.' });
    expect(process.memoryUsage().rss - before).toBeLessThan(120 * 1024 ** 2);
    expect(textOf(await proxied.call('echo', { say: 'on' }))).toBe('on');
  });

  it('a line of 50 MB of the client is refused while it streams by', async () => {
    const proxied = await start();
    proxied.input.write('{"jsonrpc":"2.0","id":77,"method":"tools/call","params":{"name":"echo","arguments":{"say":"');
    for (let at = 0; at < 50; at++) proxied.input.write('x'.repeat(1024 ** 2));
    proxied.input.write('"}}}\n');
    expect(textOf(await proxied.call('echo', { say: 'on' }))).toBe('on');
    expect(proxied.received).toContainEqual({
      jsonrpc: '2.0',
      id: 77,
      error: { code: -32600, message: 'Larger than 4194304 bytes.' },
    });
    expect(proxied.noted().filter((line) => line === 'called echo')).toHaveLength(1);
  });

  it('that asks the client: its question passes, and the answer', async () => {
    const proxied = await start();
    const called = proxied.call('ask');
    await until(() => proxied.received.some(({ method }) => method === 'sampling/createMessage'));
    const { id, params } = proxied.received.find(({ method }) => method === 'sampling/createMessage')!;
    expect(params).toEqual({ messages: [], maxTokens: 1 });
    proxied.write({ id, result: { role: 'assistant' } });
    expect(textOf(await called)).toBe('{"role":"assistant"}');
  });

  it('is told on our standard error, without secrets', async () => {
    const proxied = await start();
    await proxied.call('stderr', { say: 'key ghp_0123456789abcdefghijABCDEFGHIJ012345 end' });
    await until(() => proxied.stderr().includes('end'));
    expect(proxied.stderr()).toMatch(/^key ##\w+## end\n$/);
  });

  it('gets our environment, but not the keys of a controlplane', async () => {
    const before = process.env;
    process.env = { ...before, MCP_GOVERNANCE_API_KEY: 'own', SOME_NAME: 'its' };
    try {
      const proxied = await start();
      expect(textOf(await proxied.call('environment', { name: 'SOME_NAME' }))).toBe('its');
      expect(textOf(await proxied.call('environment', { name: 'MCP_GOVERNANCE_API_KEY' }))).toBe('undefined');
    } finally {
      process.env = before;
    }
  });

  it('asks the user of the client about a review, with an id of our own', async () => {
    const proxied = await start({ governance: { toolConfigs: { echo: { approvalRequired: true } } } });
    for (const approve of [true, false]) {
      const called = proxied.call('echo', { say: 'hi' });
      await until(() => proxied.received.some(({ method }) => method === 'elicitation/create'));
      const { id, params } = proxied.received.find(({ method }) => method === 'elicitation/create')!;
      proxied.received.length = 0;
      expect(id).toMatch(/^mcp-governance\//);
      expect(params).toMatchObject({ requestedSchema: { required: ['approve'] } });
      proxied.write({ id, result: { action: 'accept', content: { approve } } });
      expect((await called)['result']).toMatchObject(approve ? {} : { isError: true });
    }
    expect(proxied.noted().filter((line) => line === 'called echo')).toHaveLength(1);
    expect(proxied.sink.events.map(({ policyDecision }) => policyDecision)).toEqual([
      'approved_by_user',
      'denied_by_user',
    ]);
  });

  it('a call that is cancelled while somebody decides never reaches it', async () => {
    const proxied = await start({ governance: { toolConfigs: { echo: { approvalRequired: true } } } });
    proxied.write({ id: 'c', method: 'tools/call', params: { name: 'echo', arguments: {} } });
    await until(() => proxied.received.some(({ method }) => method === 'elicitation/create'));
    proxied.write({ method: 'notifications/cancelled', params: { requestId: 'c' } });
    await until(() => proxied.sink.events.length === 1);
    expect(proxied.sink.events[0]?.resultStatus).toBe('cancelled');
    await proxied.request('ping');
    expect(proxied.noted()).not.toContain('called echo');
    expect(proxied.noted()).not.toContain('notifications/cancelled');
    expect(proxied.received.some(({ id }) => id === 'c')).toBe(false);
  });

  it('ends with the proxy, and all that it started, however deaf', async () => {
    const proxied = await start({ args: ['--deaf'] });
    const child = Number(textOf(await proxied.call('child')));
    const [server] = pidsOf(proxied) as [number];
    expect([server, child].map(isAlive)).toEqual([true, true]);
    await proxied.proxy.close('SIGTERM');
    expect([server, child].map(isAlive)).toEqual([false, false]);
    expect(proxied.noted()).toContain('SIGTERM');
  }, 15_000);

  it('ends when the client ends its input, once what was asked is answered', async () => {
    const proxied = await start();
    const called = proxied.call('echo', { say: 'last' });
    proxied.input.end();
    expect(textOf(await called)).toBe('last');
    expect(await proxied.proxy.ended).toMatchObject({ side: 'client' });
    expect(pidsOf(proxied).map(isAlive)).toEqual([false]);
  });

  it('that cannot be started is an error at once', async () => {
    const { startProxy } = await import('../../src/proxy/index.js');
    const target = { kind: 'stdio', command: `${ODD_SERVER}-not`, args: [] } as const;
    const starting = startProxy({ inbound: { kind: 'stdio' }, upstreams: [{ target }] }, { env: {} });
    await expect(starting).rejects.toThrow(/cannot be started: .*\(ENOENT\)/);
    // The fault is the system's own; what runs is only what was there before.
    const there = spawn(process.execPath, ['-e', '']);
    await once(there, 'exit');
  });
});
