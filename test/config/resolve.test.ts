import { describe, expect, test } from '@jest/globals';
import type { GovernanceOptions, ToolGovernanceConfig } from '../../src/config/options.js';
import { resolveOptions } from '../../src/config/resolve.js';
import { ConfigError } from '../../src/errors/config-error.js';
import { MemorySink } from '../../src/testing/index.js';

const resolve = (options: GovernanceOptions = {}, env: Record<string, string> = {}) => resolveOptions(options, env);
const patternsOf = (toolConfigs: GovernanceOptions['toolConfigs']) =>
  resolve({ toolConfigs }).toolConfigs.map((each) => each.pattern);

describe('resolveOptions', () => {
  test('has a default for everything', () => {
    const resolved = resolve();
    expect(resolved).toMatchObject({
      serverName: undefined,
      failOpen: true,
      hideBlockedTools: false,
      defaultPolicyAction: 'allow',
      limits: { maxArgumentBytes: 1_048_576, maxResultBytes: 16_777_216, maxDepth: 64, maxKeys: 10_000 },
      toolDefaults: { piiScan: 'standard', piiActions: {}, rateLimit: undefined },
      toolConfigs: [],
      policyTimeoutMs: 500,
      scanTimeoutMs: 1000,
      approvalTimeoutMs: 300_000,
      rateLimitStore: 'memory',
      audit: { sinks: [], url: undefined, params: 'redacted', hashKey: undefined, timeoutMs: 5000 },
      blockMode: 'error_result',
      attributePrefix: 'waxell.mcp.',
    });
    expect(Object.isFrozen(resolved)).toBe(true);
  });

  test('code goes before environment, environment before default', () => {
    const env = {
      MCP_GOVERNANCE_SERVER_NAME: 'env',
      MCP_GOVERNANCE_FAIL_OPEN: 'false',
      MCP_GOVERNANCE_DEFAULT_PII_SCAN: 'off',
      MCP_GOVERNANCE_DEFAULT_POLICY_ACTION: 'block',
      MCP_GOVERNANCE_DEFAULT_RATE_LIMIT_PER_MINUTE: '7',
      MCP_GOVERNANCE_APPROVAL_TIMEOUT_SECONDS: '60',
    };
    expect(resolve({}, env)).toMatchObject({
      serverName: 'env',
      failOpen: false,
      defaultPolicyAction: 'block',
      toolDefaults: { piiScan: 'off', rateLimit: { maxPerMinute: 7 } },
      approvalTimeoutMs: 60_000,
    });
    const code: GovernanceOptions = {
      serverName: 'code',
      approvalTimeoutMs: 5,
      policyConfig: {
        failOpen: true,
        defaultPiiScan: 'strict',
        defaultPolicyAction: 'warn',
        defaultRateLimit: { maxPerDay: 1 },
      },
    };
    expect(resolve(code, env)).toMatchObject({
      serverName: 'code',
      failOpen: true,
      defaultPolicyAction: 'warn',
      toolDefaults: { piiScan: 'strict', rateLimit: { maxPerDay: 1 } },
      approvalTimeoutMs: 5,
    });
  });

  test('takes one sink or several', () => {
    const [a, b] = [new MemorySink(), new MemorySink()];
    expect(resolve({ audit: a }).audit.sinks).toEqual([a]);
    expect(resolve({ audit: [a, b] }).audit.sinks).toEqual([a, b]);
  });

  test('checks the environment also where code says everything', () => {
    expect(() => resolve({ serverName: 'code' }, { MCP_GOVERNANCE_FAIL_OPEN: 'maybe' })).toThrow(ConfigError);
    expect(() => resolve({}, { MCP_GOVERNANCE_FAILOPEN: 'true' })).toThrow('MCP_GOVERNANCE_FAIL_OPEN');
    expect(() => resolve({}, { WAXELL_API_KEY: 'key' })).toThrow('WAXELL_API_URL');
  });

  test('a key connects, and needs an address; an address alone is noticed', () => {
    expect(() => resolve({ apiKey: 'key' })).toThrow(ConfigError);
    const { connection, keyMissing } = resolve({ apiKey: 'key', apiUrl: 'https://c.example' });
    expect({ connection, keyMissing }).toMatchObject({
      connection: { apiUrl: 'https://c.example' },
      keyMissing: false,
    });
    expect(resolve({ apiUrl: 'https://c.example' })).toMatchObject({ connection: undefined, keyMissing: true });
    expect(resolve({})).toMatchObject({ connection: undefined, keyMissing: false });
  });
});

describe('toolConfigs', () => {
  test('are names and globs, from an object or a Map', () => {
    const config: ToolGovernanceConfig = { policyAction: 'block' };
    const [entry] = resolve({ toolConfigs: { 'delete_*': config } }).toolConfigs;
    expect(entry?.config).toEqual(config);
    expect(['delete_file', 'read_file'].map((name) => entry?.matches(name))).toEqual([true, false]);
    expect(patternsOf(new Map([['__proto__', config]]))).toEqual(['__proto__']);
    expect(patternsOf(Object.assign(Object.create(null), { search: config }))).toEqual(['search']);
    expect(patternsOf(JSON.parse('{"__proto__":{"policyAction":"block"},"a":{}}'))).toEqual(['__proto__', 'a']);
  });

  test('a literal with __proto__ would govern nothing, and is refused', () => {
    const literal = { __proto__: { policyAction: 'block' } } as unknown as Record<string, ToolGovernanceConfig>;
    expect(() => resolve({ toolConfigs: literal })).toThrow(
      "toolConfigs must be a plain object or a Map. For a tool named '__proto__' use a Map.",
    );
    expect(() => resolve({ toolConfigs: [] as never })).toThrow('toolConfigs must be a plain object or a Map.');
  });

  test('a wrong entry is named by its pattern', () => {
    const wrong = (config: object) => () => resolve({ toolConfigs: { 'delete_*': config } });
    expect(wrong({ policyAcion: 'block' })).toThrow(
      "toolConfigs.delete_*: unknown option 'policyAcion'. Did you mean 'policyAction'?",
    );
    expect(wrong({ rateLimit: { maxPerMinute: 'ten' } })).toThrow(/^toolConfigs\.delete_\*\.rateLimit\.maxPerMinute: /);
    expect(() => resolve({ toolConfigs: new Map([['a', 5 as never]]) })).toThrow(/^toolConfigs\.a: /);
  });
});
