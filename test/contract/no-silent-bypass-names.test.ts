import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { ConfigError, GovernanceMiddleware } from '../../src/index.js';
import { HOSTS, refusalOf, Started, text, textOf } from './hosts/all-hosts.js';

const HARD_NAMES = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf', 'then', ''];
/** McpServer keeps its tools in a plain object and refuses the names of its members itself. */
const TAKES_ANY_NAME = HOSTS.filter((host) => host.lowLevel || host.title === 'fastmcp');

const toolNamed = (name: string) => ({ name, handler: () => text(`ran ${name}`) });

describe.each(TAKES_ANY_NAME)('tools whose names are members of every object, on $title', (host) => {
  const servers = new Started(host);
  afterEach(() => servers.closeAll());

  it.each(HARD_NAMES)("'%s' is governed by a default", async (name) => {
    const options = { policyConfig: { defaultPolicyAction: 'block' as const } };
    const server = await servers.start({ tools: [toolNamed(name)], options });
    expect(refusalOf(await server.call(name, {}))).toBe('policy_blocked');
    expect(server.runs(name)).toEqual([]);
    expect(server.sink.events).toMatchObject([{ tool: name }]);
  });

  it.each(HARD_NAMES)("'%s' is governed by an entry of its own, and by no entry of another", async (name) => {
    const tools = [toolNamed(name), toolNamed('other')];
    const own = await servers.start({ tools, options: { toolConfigs: new Map([[name, { policyAction: 'block' }]]) } });
    expect(refusalOf(await own.call(name, {}))).toBe('policy_blocked');
    expect(textOf(await own.call('other', {}))).toBe('ran other');
    const others = await servers.start({ tools, options: { toolConfigs: { other: { policyAction: 'block' } } } });
    expect(textOf(await others.call(name, {}))).toBe(`ran ${name}`);
    expect(refusalOf(await others.call('other', {}))).toBe('policy_blocked');
  });
});

describe.each(HOSTS)('requests that no client should send, on $title', (host) => {
  const servers = new Started(host);
  afterEach(async () => {
    jest.restoreAllMocks();
    await servers.closeAll();
  });

  const malformed: unknown[] = [
    { name: 7 },
    { name: null },
    { name: ['it'] },
    { name: { toString: 'it' } },
    { arguments: {} },
    { name: 'it', arguments: 'q' },
    { name: 'it', arguments: ['q'] },
    { name: 'it', arguments: 7 },
    { name: 'it', arguments: null },
    undefined,
    'it',
    ['it'],
  ];

  it.each(malformed.map((params) => [JSON.stringify(params) ?? 'no params', params]))(
    'never reach a handler: %s',
    async (_title, params) => {
      const server = await servers.start({ tools: [{ name: 'it', handler: () => text('ran') }] });
      const answers: unknown[] = [];
      // Some of these are no messages at all to the SDK, and get no answer.
      void server.raw('tools/call', params).then((response) => answers.push(response));
      expect(textOf(await server.call('it', { sound: true }))).toBe('ran');
      expect(server.runs('it')).toEqual([{ sound: true }]);
      expect(JSON.stringify(answers)).not.toContain('ran');
    },
  );

  it('do not get past by the case or the look of a name', async () => {
    jest.spyOn(console, 'warn').mockImplementation(() => undefined);
    const server = await servers.start({
      tools: ['read', 're\u0430d', 'READ', 'read '].map((name) => ({ name, handler: () => text('ran') })),
      options: {
        policyConfig: { defaultPolicyAction: 'block' },
        toolConfigs: { read: { policyAction: 'allow' } },
      },
    });
    expect(textOf(await server.call('read', {}))).toBe('ran');
    for (const name of ['re\u0430d', 'READ', 'read ']) {
      expect(refusalOf(await server.call(name, {}))).toBe('policy_blocked');
      expect(server.runs(name)).toEqual([]);
    }
  });

  it('do not get past by a method of another spelling', async () => {
    const options = { policyConfig: { defaultPolicyAction: 'block' as const } };
    const server = await servers.start({ tools: [{ name: 'it', handler: () => text('ran') }], options });
    for (const method of ['tools/call ', 'Tools/Call', 'tools//call', 'tools/call/it']) {
      await expect(server.raw(method, { name: 'it', arguments: {} })).resolves.toHaveProperty('error');
    }
    expect(server.runs('it')).toEqual([]);
  });
});

describe('what cannot govern is refused when it is built', () => {
  it.each([
    ['a literal with __proto__', { __proto__: { policyAction: 'block' } }],
    ['an array', []],
    ['an instance', new Date()],
  ])('toolConfigs as %s', (_title, toolConfigs) => {
    expect(() => new GovernanceMiddleware({ toolConfigs: toolConfigs as never }, { env: {} })).toThrow(ConfigError);
  });

  it.each([
    [{ toolConfig: {} }, /toolConfigs/],
    [{ policyConfig: { failopen: true } }, /failOpen/],
    [{ toolConfigs: { it: { policyAcion: 'block' } } }, /policyAction/],
    [{ toolConfigs: { it: { policyAction: 'Block' } } }, /toolConfigs\.it\.policyAction/],
    [{ toolConfigs: { it: { rateLimit: { maxPerMinutes: 5 } } } }, /maxPerMinute/],
    [{ apiKey: 'wax_sk_1' }, /apiUrl/],
  ])('%j', (options, hint) => {
    const make = () => new GovernanceMiddleware(options as never, { env: {} });
    expect(make).toThrow(ConfigError);
    expect(make).toThrow(hint);
  });
});
