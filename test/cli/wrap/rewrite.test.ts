import '../../fast-check-seed.js';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parse } from 'jsonc-parser';
import { unwrapConfig, wrapConfig } from '../../../src/cli/wrap/rewrite.js';
import { ALL, CLAUDE_CODE, CLAUDE_DESKTOP, CURSOR, VS_CODE } from './client-files.js';

const PLAIN = { local: false, policy: undefined, config: undefined };
const wrapped = (text: string, only: string[] = []) => wrapConfig(text, 'x.json', only, PLAIN).text;
const unwrapped = (text: string, earlier: string[] = []) => unwrapConfig(text, 'x.json', [], earlier).text;
const read = (text: string) => parse(text.replace(/^\ufeff/, ''));

describe('wrapConfig', () => {
  test('puts a command behind the proxy, word for word', () => {
    expect(read(wrapped(CLAUDE_DESKTOP)).mcpServers).toEqual({
      filesystem: {
        command: 'npx',
        args: [
          ...['-y', 'mcp-governance', 'proxy', '--server-name', 'filesystem', '--'],
          ...['npx', '-y', '@modelcontextprotocol/server-filesystem', '/srv/data'],
        ],
      },
      memory: {
        command: 'npx',
        args: ['-y', 'mcp-governance', 'proxy', '--server-name', 'memory', '--', 'node'],
        env: { GITHUB_TOKEN: 'correct horse battery staple' },
      },
    });
  });

  test('puts a remote server behind it, its headers in the environment', () => {
    const { mcpServers, projects, numStartups } = read(wrapped(CLAUDE_CODE));
    expect(mcpServers.search).toEqual({
      type: 'stdio',
      command: 'npx',
      args: [
        ...['-y', 'mcp-governance', 'proxy', '--server-name', 'search'],
        ...['--header-env', 'Authorization=UPSTREAM_AUTHORIZATION', '--header-env', 'X-Team=UPSTREAM_X_TEAM'],
        ...['--target', 'https://search.example/mcp?key=hunter2hunter2'],
      ],
      env: { UPSTREAM_AUTHORIZATION: 'Bearer my-own-words', UPSTREAM_X_TEAM: 'blue' },
    });
    expect(projects['/home/ada/shop'].mcpServers.stock.args.slice(-2)).toEqual(['--', './stock']);
    expect(numStartups).toBe(12);
  });

  test('keeps comments, line ends and everything between', () => {
    const text = wrapped(VS_CODE);
    for (const comment of [
      '// What the editor asks for',
      '// as it is',
      '/* by npm */',
      '// the folder',
      '/* ours */',
    ]) {
      expect(text).toContain(comment);
    }
    expect(text.replaceAll('\r\n', '')).not.toContain('\n');
    expect(text).toContain('// "old": { "env": { "API_KEY": "secret words of mine" } }\r\n');
  });

  test.each(ALL)('%s: wrapping twice changes nothing', (_, text) => {
    expect(wrapped(wrapped(text))).toBe(wrapped(text));
    expect(wrapped(text)).not.toBe(text);
  });

  test.each(ALL)('%s: unwrapping gives back every byte', (_, text) => {
    expect(unwrapped(wrapped(text), [text])).toBe(text);
    // A copy that was made when some were wrapped already will do.
    const names = wrapConfig(text, 'x.json', [], PLAIN).fates.map(({ entry }) => entry.name);
    const first = wrapped(text, names.slice(0, 1));
    expect(unwrapped(wrapped(first), [first, text])).toBe(text);
  });

  test.each(ALL)('%s: without a copy it means the same', (_, text) => {
    const plain = (value: unknown) =>
      JSON.parse(
        JSON.stringify(value, (key, each) => {
          if (key === 'args' && each.length === 0) return undefined;
          return each;
        }),
      );
    expect(plain(read(unwrapped(wrapped(text))))).toEqual(plain(read(text)));
  });

  test('an entry that was changed in the meantime keeps its change', () => {
    const changed = wrapped(CLAUDE_DESKTOP).replace('/srv/data', '/srv/other');
    expect(unwrapped(changed, [CLAUDE_DESKTOP])).toBe(CLAUDE_DESKTOP.replace('/srv/data', '/srv/other'));
  });

  test('servers that are switched off stay as they are', () => {
    expect(read(wrapped(CURSOR)).mcpServers.one).toEqual({
      command: 'uvx',
      args: ['mcp-server-time'],
      disabled: true,
    });
    const off = wrapped(CURSOR).replace('"two":{', '"two":{"disabled":true,');
    expect(unwrapped(off)).toBe(CURSOR.replace('"two":{', '"two":{"disabled":true,'));
  });

  test('only those that are named', () => {
    const { fates, text } = wrapConfig(CLAUDE_DESKTOP, 'x.json', ['memory'], PLAIN);
    expect(fates.map(({ entry, fate }) => [entry.name, fate])).toEqual([['memory', 'wrapped']]);
    expect(read(text).mcpServers.filesystem).toEqual(read(CLAUDE_DESKTOP).mcpServers.filesystem);
    expect(() => wrapConfig(CLAUDE_DESKTOP, 'x.json', ['memroy'], PLAIN)).toThrow("Did you mean 'memory'?");
  });

  test('the policy and the configuration are handed on; names that look like options do no harm', () => {
    const options = { local: true, policy: '/etc/p.yaml', config: '/etc/c.yaml' };
    const { text } = wrapConfig('{"mcpServers":{"--policy":{"command":"a"}}}', 'x.json', [], options);
    const { command, args } = read(text).mcpServers['--policy'];
    expect([command, ...args].slice(2)).toEqual([
      ...['proxy', '--server-name=--policy', '--policy', '/etc/p.yaml', '--config', '/etc/c.yaml', '--', 'a'],
    ]);
    expect(command).toBe(process.execPath);
    expect(unwrapped(text, ['{"mcpServers":{"--policy":{"command":"a"}}}'])).toBe(
      '{"mcpServers":{"--policy":{"command":"a"}}}',
    );
  });

  test.each([
    ['"x"', 'is no object'],
    ['{"args":["a"]}', 'has neither a command nor a url'],
    ['{"command":"a","url":"https://a.example"}', 'has a command and a url'],
    ['{"command":"a","command":"b"}', 'a key stands twice'],
    ['{"command":["a"]}', 'its command is no text'],
    ['{"command":"a","args":"b"}', 'its args are no list of texts'],
    ['{"command":"a","args":["b",1]}', 'its args are no list of texts'],
    ['{"command":"a","type":"http"}', 'a type that is not stdio'],
    ['{"url":"ws://a.example"}', 'is no http or https address'],
    ['{"url":"https://a.example","type":"ws"}', 'neither http nor sse'],
    ['{"url":"https://a.example","oauth":{}}', 'signs in by itself (oauth)'],
    ['{"url":"https://a.example","headers":{"a":"1","a":"2"}}', 'its headers are no object of texts'],
    ['{"url":"https://a.example","env":{}}', 'which belong to a command'],
    ['{"serverUrl":"https://a.example"}', 'has neither a command nor a url'],
  ])('refuses %s, and leaves the whole file', (entry, why) => {
    const text = `{"mcpServers":{"good":{"command":"a"},\n"bad":${entry}}}`;
    expect(() => wrapped(text)).toThrow(`x.json:2:7: mcpServers.bad: `);
    expect(() => wrapped(text)).toThrow(why);
    expect(read(wrapped(text, ['good'])).mcpServers.good.command).toBe('npx');
  });

  test.each([
    ['{"mcpServers":{"a":{"command":"a"},"a":{"command":"b"}}}', 'mcpServers.a stands twice'],
    ['{"mcpServers":{},"mcpServers":{}}', 'mcpServers stands twice'],
    ['{"mcpServers":[]}', 'mcpServers is no object'],
    ['{"context_servers":{}}', 'holds no servers'],
    ['[]', 'is no JSON object'],
    ['', 'x.json:1:1: is no JSON'],
    ['{"mcpServers":{"a":{"command":"very secret"', 'is no JSON'],
    [`${'{"a":'.repeat(200_000)}1${'}'.repeat(200_000)}`, 'nested too deeply'],
  ])('refuses what no client could read, case %#', (text, why) => {
    expect(() => wrapped(text)).toThrow(why);
    expect(() => wrapped(text)).not.toThrow('secret');
  });

  test('a name from a prototype is a name like any other', () => {
    const text = '{"mcpServers":{"__proto__":{"command":"a","args":[]},"constructor":{"command":"b"}}}';
    expect(unwrapped(wrapped(text), [text])).toBe(text);
    expect(wrapped(text)).toContain('"--server-name", "__proto__", "--", "a"');
  });
});

/** Text that stands between two signs of JSON. */
const space = fc.constantFrom('', ' ', '\n', '\r\n\t', '  ', ' /* a, "b" */ ', '\n// "command": "c"\n', '\t');
const word = fc.oneof(fc.string(), fc.constantFrom('--', 'proxy', '-y', 'mcp-governance', '${x}', '"', '\\', '\u2028'));
const written = (value: string): fc.Arbitrary<string> =>
  fc.constantFrom(
    JSON.stringify(value),
    `"${[...Array(value.length).keys()].map((at) => `\\u${value.charCodeAt(at).toString(16).padStart(4, '0')}`).join('')}"`,
  );
const text = word.chain(written);
const join = (open: string, close: string, parts: fc.Arbitrary<string>[]): fc.Arbitrary<string> =>
  fc.tuple(fc.tuple(...parts), fc.infiniteStream(space), fc.boolean()).map(([items, spaces, trailing]) => {
    const next = () => spaces.next().value as string;
    const body = items.map((item, index) => `${index === 0 ? '' : ','}${next()}${item}${next()}`).join('');
    return `${open}${body}${trailing && items.length > 0 ? ',' : ''}${next()}${close}`;
  });
const member = (key: string, value: fc.Arbitrary<string>) =>
  fc.tuple(value, space, space).map(([each, before, behind]) => `${JSON.stringify(key)}${before}:${behind}${each}`);
const list = fc.array(word, { maxLength: 4 }).chain((words) => join('[', ']', words.map(written)));
const table = (value: fc.Arbitrary<string>) =>
  fc.uniqueArray(fc.string({ minLength: 1 }), { maxLength: 3 }).chain((keys) =>
    join(
      '{',
      '}',
      keys.map((key) => member(key, value)),
    ),
  );
const some = (members: Record<string, fc.Arbitrary<string>>, needed: string[]) =>
  fc.shuffledSubarray(Object.keys(members)).chain((keys) => {
    const all = [...new Set([...keys, ...needed])];
    return join(
      '{',
      '}',
      all.map((key) => member(key, members[key]!)),
    );
  });
const header = fc.constantFrom('Authorization', 'X-A', 'x-a', 'X_A');
const command = fc.oneof(fc.constantFrom('"npx"', '"node"', '"./a b"'), fc.string({ minLength: 1 }).chain(written));
const stdio = some({ command, args: list, env: table(text), type: fc.constant('"stdio"'), cwd: text }, ['command']);
const remote = some(
  {
    url: fc.constantFrom('"https://a.example/mcp"', '"http:\\/\\/127.0.0.1:80"', '"${input:x}"'),
    type: fc.constantFrom('"http"', '"sse"'),
    headers: fc.uniqueArray(header, { maxLength: 3 }).chain((keys) =>
      join(
        '{',
        '}',
        keys.map((key) => member(key, text)),
      ),
    ),
    timeout: fc.constant('5'),
  },
  ['url'],
);
const config = table(fc.oneof(stdio, remote))
  .chain((servers) =>
    fc.tuple(join('{', '}', [member('mcpServers', fc.constant(servers)), member('other', text)]), space, space),
  )
  .map(([body, before, behind]) => `${before}${body}${behind}`);

test('wrap then unwrap is the identity, wrapping is idempotent, and what was not rewritten stays', () => {
  fc.assert(
    fc.property(config, (before) => {
      const after = wrapped(before);
      expect(wrapped(after)).toBe(after);
      expect(unwrapped(after, [before])).toBe(before);
      const [old, now] = [read(before), read(after)];
      expect(now.other).toBe(old.other);
      for (const [name, server] of Object.entries<Record<string, string[]>>(old.mcpServers)) {
        const { command: program, args } = now.mcpServers[name];
        if (server['command'] === undefined) expect(args.slice(-2)).toEqual(['--target', server['url']]);
        else if (program !== server['command'] || server['args']?.length !== args?.length) {
          expect(args.slice(-1 - (server['args'] ?? []).length)).toEqual([
            server['command'],
            ...(server['args'] ?? []),
          ]);
          expect(now.mcpServers[name].env).toEqual(server['env']);
        }
      }
    }),
    { numRuns: 500 },
  );
});
