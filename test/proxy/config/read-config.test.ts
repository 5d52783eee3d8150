import { afterAll, describe, expect, test } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PinOptions } from '../../../src/config/options.js';
import { ConfigError } from '../../../src/errors/config-error.js';
import { PolicyDocumentError } from '../../../src/policy/policy-document-error.js';
import { overrideConfig, overrideInbound } from '../../../src/proxy/config/override.js';
import { programPins } from '../../../src/proxy/config/program-pins.js';
import { readProxyConfig } from '../../../src/proxy/config/read-config.js';
import { toProxyOptions } from '../../../src/proxy/config/to-options.js';
import { MemorySink } from '../../../src/testing/index.js';

const folder = mkdtempSync(join(tmpdir(), 'mcp-governance-proxy-config-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const file = join(folder, 'proxy.yaml');
writeFileSync(join(folder, 'policy.yaml'), 'defaults: { action: block }\n');
writeFileSync(join(folder, 'bad.yaml'), 'defaults: { action: alow }\n');

const SECRET = 'a-very-secret-value-of-mine';
const read = (text: string, env: Record<string, string> = {}) => readProxyConfig(text, file, env);
const problems = (text: string, env: Record<string, string> = {}) => {
  try {
    read(text, env);
    return [];
  } catch (fault) {
    if (!(fault instanceof PolicyDocumentError)) throw fault;
    expect(fault.message).not.toContain(SECRET);
    return fault.problems.map(({ line, column, path, message }) => `${line}:${column}: ${path}: ${message}`);
  }
};

describe('readProxyConfig', () => {
  test('reads everything there is', () => {
    const config = read(
      `version: 1
inbound:
  transport: http
  host: 0.0.0.0
  port: \${PORT:-8711}
  path: /tools
  tokens: [{ name: shop, token: "\${SHOP_TOKEN}" }]
  oauth: { issuer: "https://id.example", jwks_url: "https://id.example/keys", resource: "https://mcp.example/mcp", scopes: [mcp] }
  allowed_hosts: [mcp.example]
  allowed_origins: ["https://app.example"]
endpoints: one
policy: policy.yaml
pii_scan: strict
rate_limit: { max_per_minute: 60 }
limits: { max_argument_bytes: 1000, max_depth: 8 }
tools:
  "write_*": { approval_required: true, rate_limit: { max_concurrent: 2, by: [tool] } }
  __proto__: { action: block }
servers:
  files:
    command: npx
    args: [-y, "@modelcontextprotocol/server-filesystem", "\${ROOT}"]
    env: { KEY: "\${KEY:-none}", LITERAL: "$\${KEY}" }
    cwd: data
    pii_scan: "off"
    tools: { "write_*": { approval_required: false }, rm: { action: block, mask_arguments: [path] } }
  remote:
    url: https://mcp.example/mcp
    headers: { Authorization: "Bearer \${SHOP_TOKEN}" }
audit: { url: "file:audit.db", required: true, params: hash, hash_key: "\${SHOP_TOKEN}" }
controlplane: { url: "https://cp.example", key: "\${SHOP_TOKEN}", decision_mode: check }
approvals: { ask: webhook, timeout_seconds: 60, webhook: { url: "https://ask.example", secret: "\${SHOP_TOKEN}\${SHOP_TOKEN}" } }
rate_limit_store: redis://127.0.0.1:6379
`,
      { SHOP_TOKEN: SECRET, ROOT: '/srv', KEY: '' },
    );
    expect(config.inbound).toEqual({
      kind: 'http',
      host: '0.0.0.0',
      port: 8711,
      path: '/tools',
      tokens: [{ name: 'shop', token: SECRET }],
      oauth: {
        issuer: 'https://id.example',
        jwksUrl: 'https://id.example/keys',
        resource: 'https://mcp.example/mcp',
        scopes: ['mcp'],
      },
      allowedHosts: ['mcp.example'],
      allowedOrigins: ['https://app.example'],
    });
    const [files, remote] = config.servers;
    expect(files?.target).toEqual({
      kind: 'stdio',
      command: 'npx',
      args: ['-y', '@modelcontextprotocol/server-filesystem', '/srv'],
      env: { KEY: 'none', LITERAL: '${KEY}' },
      cwd: join(folder, 'data'),
    });
    expect(files?.governance.policy).toBe(join(folder, 'policy.yaml'));
    expect(files?.governance.policyConfig).toEqual({
      defaultPiiScan: 'off',
      defaultRateLimit: { maxPerMinute: 60 },
      maxArgumentBytes: 1000,
      maxDepth: 8,
    });
    expect([...(files?.governance.toolConfigs as Map<string, unknown>)]).toEqual([
      ['write_*', { approvalRequired: false, rateLimit: { maxConcurrent: 2, by: ['tool'] } }],
      ['__proto__', { policyAction: 'block' }],
      ['rm', { policyAction: 'block', maskArguments: ['path'] }],
    ]);
    expect(remote?.target).toEqual({
      kind: 'http',
      url: 'https://mcp.example/mcp',
      headers: { Authorization: `Bearer ${SECRET}` },
    });
    expect(remote?.governance.policyConfig?.defaultPiiScan).toBe('strict');
    expect(config.audit).toEqual({
      url: `file:${join(folder, 'audit.db')}`,
      required: true,
      params: 'hash',
      hashKey: SECRET,
      keyFile: undefined,
    });
    expect(config.shared).toEqual({
      apiKey: SECRET,
      apiUrl: 'https://cp.example',
      decisionMode: 'check',
      rateLimitStore: 'redis://127.0.0.1:6379',
      approvalTimeoutMs: 60_000,
    });
    const [options, ...others] = toProxyOptions(config, new MemorySink(), {});
    expect(others).toEqual([]);
    expect(options?.upstreams.map(({ name }) => name)).toEqual(['files', 'remote']);
    expect(options?.upstreams[0]?.governance).toMatchObject({ apiKey: SECRET, approvalTimeoutMs: 60_000 });
    expect(options?.upstreams[0]?.governance?.onPolicyBlock).toBeInstanceOf(Function);
  });

  test('the least there can be is one server over stdio', () => {
    const [options] = toProxyOptions(read('servers: { a: { command: a } }'), undefined, {});
    expect(options?.inbound).toEqual({ kind: 'stdio' });
    expect(options?.upstreams[0]?.target).toEqual({ kind: 'stdio', command: 'a', args: [] });
  });

  test('each server at a port of its own', () => {
    const text =
      'inbound: { transport: http }\nendpoints: each\nservers:\n  a: { command: a, port: 9001 }\n  b: { url: "http://b", port: "${P}" }';
    const all = toProxyOptions(read(text, { P: '9002' }), undefined, {});
    expect(all.map(({ inbound, upstreams }) => [inbound, upstreams.map(({ name }) => name)])).toEqual([
      [{ kind: 'http', host: '127.0.0.1', port: 9001 }, ['a']],
      [{ kind: 'http', host: '127.0.0.1', port: 9002 }, ['b']],
    ]);
  });

  const A = 'servers: { a: { command: a } }\n';
  test.each([
    ['', ['1:1: : is empty: write servers']],
    ['- a', ['1:1: : must be a mapping of version, inbound, endpoints, servers']],
    ['policy: policy.yaml', ['1:1: : needs servers: name one at least']],
    ['servers: {}', ['1:10: servers: needs servers: name one at least']],
    ['servers:\n  a:\n    comand: x', ["3:5: servers.a.comand: unknown key 'comand'. Did you mean 'command'?"]],
    ['sever: 1', ["1:1: sever: unknown key 'sever'. Did you mean 'servers'?"]],
    [
      `${A}servers: { b: { command: b } }`,
      ["2:1: : the key 'servers' stands twice, first in line 1: write one of them"],
    ],
    [`${A}---\n${A}`, ['2:1: : a second document begins here: a file holds one configuration. Leave the --- out']],
    ['servers: { a: { command: 5 } }', ['1:26: servers.a.command: must be a text. Put it in quotes: "5"']],
    ['servers: { a: { command: a, args: [1] } }', ['1:36: servers.a.args[0]: must be a text. Put it in quotes: "1"']],
    ['servers: { a: { command: a, args: b } }', ['1:35: servers.a.args: must be a list']],
    ['servers: { a: {} }', ['1:15: servers.a: needs a command, or a url']],
    ['servers: { a: { command: a, url: "http://a" } }', ['1:15: servers.a: has a command and a url: write one']],
    ['servers: { a: { url: "ftp://a" } }', ['1:22: servers.a.url: must begin with http:// or https://']],
    [
      'servers: { a: { url: "https://u:p@a.example" } }',
      ['1:22: servers.a.url: holds a user or a password: credentials belong into headers'],
    ],
    [
      'servers: { a: { url: "http://a", env: { B: c }, cwd: d } }',
      ['1:34: servers.a.env: belongs to a command', '1:49: servers.a.cwd: belongs to a command'],
    ],
    ['servers: { a: { command: a, headers: { b: c } } }', ['1:29: servers.a.headers: belongs to a url']],
    [
      'servers: { a__b: { command: a } }',
      [
        '1:12: servers.a__b: the name of a server has at most 64 letters, digits and . - _, begins with a letter or a digit, and holds no __',
      ],
    ],
    ['servers: { a: { command: a, env: { K: "${NOPE}" } } }', ['1:39: servers.a.env.K: the variable NOPE is not set']],
    [
      'servers: { a: { command: "${", args: ["${a b}", "${constructor}"] } }',
      [
        '1:26: servers.a.command: holds a ${ that begins no ${NAME} or ${NAME:-default}: write $${ for the signs themselves',
        '1:39: servers.a.args[0]: holds a ${ that begins no ${NAME} or ${NAME:-default}: write $${ for the signs themselves',
        '1:49: servers.a.args[1]: the variable constructor is not set',
      ],
    ],
    [`${A}inbound: { port: 80 }`, ['2:12: inbound.port: belongs to HTTP: write transport: http beside it']],
    [`${A}inbound: { transport: htp }`, ["2:23: inbound.transport: must be one of stdio, http. Did you mean 'http'?"]],
    [
      `${A}inbound: { transport: http, host: 0.0.0.0 }`,
      ['2:35: inbound.host: others can reach this address: write tokens or oauth beside it'],
    ],
    [`${A}inbound: { transport: http, port: 70000 }`, ['2:35: inbound.port: must be a port from 0 to 65535']],
    [`${A}inbound: { transport: http, port: "\${S}" }`, ['2:35: inbound.port: must be a port from 0 to 65535']],
    [
      `${A}endpoints: each`,
      [
        '1:12: servers.a: needs a port of its own, because of endpoints: each',
        '2:12: endpoints: only HTTP has an endpoint for each: write inbound: { transport: http }',
      ],
    ],
    [`${A}rate_limit: { by: [tool] }`, [expect.stringContaining('2:13: rate_limit: limits nothing')]],
    [`${A}rate_limit: { max_per_minut: 5 }`, [expect.stringContaining("Did you mean 'max_per_minute'?")]],
    [
      `${A}tools: { x: { aproval_required: true } }`,
      [expect.stringContaining("unknown key 'aproval_required'. Did you mean 'approval_required'?")],
    ],
    [`${A}tools: { "x[": { enabled: false } }`, [expect.stringContaining('the [ is never closed')]],
    [`${A}policy: nope.yaml`, [expect.stringContaining('nope.yaml: cannot be read: there is no such file')]],
    [
      'servers: { a: { command: a, policy: bad.yaml } }',
      [expect.stringMatching(/^1:37: servers\.a\.policy: .*bad\.yaml:1:21: /)],
    ],
    [`${A}audit: {}`, ['2:8: audit: needs url: file:audit.db, or postgres://...']],
    [`${A}audit: { url: "\${S}" }`, [expect.stringContaining('2:8: audit: url must begin with file: or postgres://')]],
    [`${A}audit: { url: "file:a.db", hash_key: short }`, ['2:38: audit.hash_key: must have at least 16 characters']],
    [`${A}approvals: { ask: webhook }`, ['2:12: approvals: needs webhook: { url, secret }']],
    [
      `${A}approvals: { ask: webhook, webhook: { url: "http://a", secret: "\${S}" } }`,
      [expect.stringMatching(/^2:37: approvals\.webhook: webhookApproval: url/)],
    ],
    [`${A}approvals: { webhook: { url: "http://a", secret: b } }`, [expect.stringContaining('write ask: webhook')]],
    [`${A}controlplane: { key: "\${S}" }`, [expect.stringContaining('apiKey needs apiUrl')]],
    [`${A}rate_limit_store: "\${S}"`, [expect.stringContaining("must be 'memory', redis://host:port")]],
    ['a: !secret b', [expect.stringContaining('a configuration holds plain values')]],
    [`${A}pii_actions: { email: hide }`, [expect.stringContaining('pii_actions.email')]],
  ])('%j is refused', (text, expected) => {
    expect(problems(text, { S: SECRET })).toEqual(expected);
  });

  test('no value of a variable stands in any text', () => {
    const places = ['policy', 'pii_scan', 'rate_limit_store', 'endpoints', 'default_action', 'version', 'fail_open'];
    for (const key of places) expect(problems(`${A}${key}: "\${S}"`, { S: SECRET })).toHaveLength(1);
    const inServer = ['url', 'cwd', 'pii_scan', 'port', 'limits', 'tools', 'headers'];
    for (const key of inServer) problems(`servers: { a: { command: x, ${key}: "\${S}" } }`, { S: SECRET });
  });
});

describe('pins, limits and patience of a configuration', () => {
  const STATE = { XDG_STATE_HOME: '/state' };
  const upstreamsOf = (text: string, env: Record<string, string> = STATE) =>
    toProxyOptions(read(text), undefined, env).flatMap(({ upstreams }) => upstreams);
  const pinsOf = (text: string, env?: Record<string, string>) =>
    upstreamsOf(text, env).map(({ governance }) => governance?.pins);

  test('servers are pinned by their names among the state of the user, unless the file says otherwise', () => {
    const text = (top: string, own: string) => `${top}\nservers: { a: { command: a${own} } }`;
    const file = '/state/mcp-governance/pins.json';
    expect(pinsOf(text('', ''))).toEqual([{ file }]);
    expect(pinsOf(text('', ''), { ...STATE, MCP_GOVERNANCE_PIN_FILE: '/x/pins' })).toEqual([{ file: '/x/pins' }]);
    expect(pinsOf(text('pins: false', ''))).toEqual([false]);
    expect(pinsOf(text('', ', pins: false'))).toEqual([false]);
    expect(pinsOf(text('pins: false', ', pins: {}'))).toEqual([{ file }]);
    expect(pinsOf(text('pins: { on_change: warn }', ''))).toEqual([{ file, onChange: 'warn' }]);
    expect(pinsOf(text('pins: { file: p, on_change: warn }', ', pins: { on_change: block }'))).toEqual([
      { file: join(folder, 'p'), onChange: 'block' },
    ]);
  });

  test('a server without a name is pinned as long as the proxy runs, and not among others', () => {
    expect(programPins(undefined, undefined, STATE)).toEqual({});
    expect(programPins(undefined, { onChange: 'warn' }, STATE)).toEqual({ onChange: 'warn' });
    expect(programPins(undefined, { file: 'p' }, STATE)).toEqual({ file: 'p' });
    const named = { ...STATE, MCP_GOVERNANCE_SERVER_NAME: 'a' };
    expect(programPins(undefined, undefined, named)).toEqual({ file: '/state/mcp-governance/pins.json' });
  });

  test.each([
    ['pins: true', 'must be a mapping with file and on_change, or false'],
    ['pins: { on_chang: warn }', "unknown key 'on_chang'. Did you mean 'on_change'?"],
    ['pins: { on_change: deny }', 'must be one of warn, review, block'],
  ])('%s is a mistake', (pins, why) => {
    expect(problems(`servers: { a: { command: a } }\n${pins}`).join()).toContain(why);
  });

  test('limits of clients, restarts and the time of an answer', () => {
    const text = `inbound:
  transport: http
  limits: { max_body_bytes: 1, max_sessions: 2, session_idle_ms: 3, max_streams: 4, max_connections: 5, replay_bytes: 0, slow_reader_ms: 6, headers_ms: 7, request_ms: 8 }
servers:
  a: { command: a, restart: { attempts: 0, delay_ms: 9 }, answer_timeout_ms: 10 }
`;
    const [{ inbound, upstreams } = undefined!] = toProxyOptions(read(text), undefined, STATE);
    expect(inbound).toMatchObject({
      limits: {
        maxBodyBytes: 1,
        maxSessions: 2,
        sessionIdleMs: 3,
        maxStreams: 4,
        maxConnections: 5,
        replayBytes: 0,
        slowReaderMs: 6,
        headersMs: 7,
        requestMs: 8,
      },
    });
    expect(upstreams[0]).toMatchObject({ restart: { attempts: 0, delayMs: 9 }, answerTimeoutMs: 10 });
    expect(problems('inbound: { limits: { max_sessions: 1 } }\nservers: { a: { command: a } }')).toEqual([
      expect.stringContaining('belongs to HTTP'),
    ]);
    expect(
      problems('inbound: { transport: http, limits: { max_sessions: 0 } }\nservers: { a: { command: a } }'),
    ).toEqual([expect.stringContaining('max_sessions')]);
    expect(problems('servers: { a: { url: "http://x", restart: { attempts: 1 } } }')).toEqual([
      expect.stringContaining('belongs to a command'),
    ]);
  });
});

describe('overrideConfig', () => {
  const config = read('policy: policy.yaml\nservers:\n  a: { command: a, pii_scan: strict }\n  b: { command: b }\n');

  test('a target stands in place of all servers, and keeps what is said of its name', () => {
    const target = { kind: 'stdio', command: 'x', args: [] } as const;
    const one = overrideConfig(config, { target, server: 'a' });
    expect(one?.servers).toEqual([{ ...config.servers[0], target }]);
    const [other] = overrideConfig(config, { target, server: 'c' })?.servers ?? [];
    expect(other).toEqual({ name: 'c', target, patience: {}, port: undefined, governance: config.governance });
  });

  test('pins: off for all, and what one of both says of the rest', () => {
    const pinned = read('pins: { file: p.json }\nservers: { a: { command: a, pins: { on_change: block } } }\n');
    const pinsOf = (pins: PinOptions | false) =>
      overrideConfig(pinned, { governance: { pins } })?.servers[0]?.governance.pins;
    expect(pinsOf(false)).toBe(false);
    expect(pinsOf({ onChange: 'warn' })).toEqual({ file: join(folder, 'p.json'), onChange: 'warn' });
  });

  test('what servers must not see is held back from all that are started', () => {
    const { servers = [] } = overrideConfig(config, { withheld: ['TOKEN'] }) ?? {};
    expect(servers.map(({ target }) => target)).toEqual([
      { kind: 'stdio', command: 'a', args: [], withheld: ['TOKEN'] },
      { kind: 'stdio', command: 'b', args: [], withheld: ['TOKEN'] },
    ]);
  });

  test('how clients come in: what is left out stays as it is', () => {
    const http = { kind: 'http', host: '127.0.0.2', port: 9000 } as const;
    expect(overrideInbound(undefined)).toEqual({ kind: 'stdio' });
    expect(overrideInbound(undefined, http)).toBe(http);
    expect(overrideInbound({ kind: 'stdio' }, http)).toEqual({ kind: 'stdio' });
    expect(overrideInbound({ kind: 'http', port: 1 }, http)).toEqual({ ...http, port: 1 });
    expect(overrideInbound({ kind: 'http' }, { kind: 'stdio' })).toEqual({ kind: 'http', port: 8700 });
    const each = read('inbound: { transport: http }\nendpoints: each\nservers: { a: { command: a, port: 1 } }\n');
    expect(() => overrideConfig(each, { inbound: { kind: 'http', port: 2 } })).toThrow(ConfigError);
    expect(() => overrideConfig(each, { inbound: { kind: 'stdio' } })).toThrow(ConfigError);
    expect(overrideConfig(each, { inbound: { kind: 'http', host: '::1' } })?.inbound).toMatchObject({ host: '::1' });
  });

  test('a name alone picks one, and a name that is not there none', () => {
    expect(overrideConfig(config, { server: 'b' })?.servers.map(({ name }) => name)).toEqual(['b']);
    expect(overrideConfig(config, { server: 'x' })).toBeUndefined();
    expect(overrideConfig(config, {})?.servers).toEqual(config.servers);
  });

  test('a policy counts before those of the file', () => {
    const all = overrideConfig(config, { governance: { policy: '/p.yaml' } });
    expect(all?.servers.map(({ governance }) => governance.policy)).toEqual(['/p.yaml', '/p.yaml']);
  });
});
