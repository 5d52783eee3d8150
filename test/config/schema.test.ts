import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { checkOptions } from '../../src/config/schema.js';
import { ConfigError } from '../../src/errors/config-error.js';

const SECRET = 'sk-live-0123456789';

function textOf(schema: 'options' | 'operatorTool' | 'authorTool', value: unknown, where = ''): string {
  try {
    checkOptions(schema, value, where);
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    return (error as ConfigError).message;
  }
  throw new Error('was accepted');
}

describe('an unknown option', () => {
  test.each([
    ['options', { toolConfig: {} }, '', "unknown option 'toolConfig'. Did you mean 'toolConfigs'?"],
    ['options', { failopen: false }, '', "unknown option 'failopen'. Did you mean 'failOpen'?"],
    [
      'options',
      { policyConfig: { defaultPIIScan: 'off', failsOpen: 1 } },
      '',
      "policyConfig: unknown option 'defaultPIIScan'. Did you mean 'defaultPiiScan'?",
    ],
    [
      'options',
      { policyConfig: { defaultRateLimit: { maxPerMin: 1 } } },
      '',
      "policyConfig.defaultRateLimit: unknown option 'maxPerMin'. Did you mean 'maxPerMinute'?",
    ],
    [
      'operatorTool',
      { pii_scan: 'strict' },
      'toolConfigs.search',
      "toolConfigs.search: unknown option 'pii_scan'. Did you mean 'piiScan'?",
    ],
    [
      'operatorTool',
      { rateLimit: { maxConcurrency: 2 } },
      'toolConfigs.search',
      "toolConfigs.search.rateLimit: unknown option 'maxConcurrency'. Did you mean 'maxConcurrent'?",
    ],
    ['options', { qqqqqqqqqqqqqqqqqqqq: 1 }, '', "unknown option 'qqqqqqqqqqqqqqqqqqqq'."],
    ['options', JSON.parse('{"__proto__":{"failOpen":true}}'), '', "unknown option '__proto__'."],
  ] as const)('%s %j', (schema, value, where, text) => {
    expect(textOf(schema, value, where)).toBe(text);
  });

  test("enabled is the operator's to say, not the author's", () => {
    expect(textOf('authorTool', { enabled: false }, 'governance')).toMatch(/^governance: unknown option 'enabled'\./);
  });
});

describe('a wrong value is named by its path', () => {
  test.each([
    ['options', { policyConfig: { failOpen: 'false' } }, 'policyConfig.failOpen: '],
    ['options', { policyConfig: { defaultPolicyAction: 'deny' } }, 'policyConfig.defaultPolicyAction: '],
    ['options', { policyConfig: { maxDepth: 1001 } }, 'policyConfig.maxDepth: '],
    ['options', { policyConfig: { maxKeys: 0 } }, 'policyConfig.maxKeys: '],
    [
      'options',
      { policyConfig: { defaultRateLimit: { maxPerHour: 1.5 } } },
      'policyConfig.defaultRateLimit.maxPerHour: ',
    ],
    ['options', { policyTimeoutMs: Number.POSITIVE_INFINITY }, 'policyTimeoutMs: '],
    ['options', { approvalTimeoutMs: 2 ** 31 }, 'approvalTimeoutMs: '],
    ['options', { scanTimeoutMs: '5' }, 'scanTimeoutMs: '],
    ['options', { serverName: '' }, 'serverName: '],
    ['options', { piiActions: { ssn: 'mask' } }, 'piiActions.ssn: '],
    [
      'options',
      { policy: { evaluate: () => 1 } },
      'policy: must be a Policy, a PolicyHierarchy, an object with decide(), or the path of a YAML file.',
    ],
    ['options', { piiScanner: () => [] }, 'piiScanner: must be an object with scan().'],
    ['options', { onPolicyBlock: true }, 'onPolicyBlock: must be a function.'],
    ['options', { identify: {} }, 'identify: must be a function.'],
    ['options', { audit: 'file:audit.db' }, 'audit: must be a sink'],
    ['options', { toolConfigs: 'search' }, 'toolConfigs: must be an object or a Map.'],
    ['options', { blockMode: 'throw' }, 'blockMode: '],
    ['options', null, 'options: '],
    ['options', 'strict', 'options: '],
    ['operatorTool', { rateLimit: { maxConcurrent: -1 } }, 'rateLimit.maxConcurrent: '],
    ['operatorTool', { rateLimit: { by: [] } }, 'rateLimit.by: '],
    ['operatorTool', { rateLimit: { by: ['tool', ''] } }, 'rateLimit.by.1: '],
    ['operatorTool', { approvalRequired: 'yes' }, 'approvalRequired: '],
    ['authorTool', { policyAction: ['block'] }, 'policyAction: '],
  ] as const)('%s %j', (schema, value, path) => {
    expect(textOf(schema, value)).toContain(path);
    expect(textOf(schema, value).startsWith(path)).toBe(true);
  });

  test.each([{}, { get: () => 1 }, 'redis', 'redis://', 'http://localhost', () => 1, null])(
    'a rate limit store that cannot count is refused at the start: %p',
    (store) => {
      expect(textOf('options', { rateLimitStore: store })).toBe(
        "rateLimitStore: must be 'memory', redis://host:port, or a Redis, Valkey or Postgres client.",
      );
    },
  );

  test.each([{ eval: () => 1 }, { query: () => 1 }, 'memory', 'redis://localhost'])(
    'a store that can is kept: %p',
    (rateLimitStore) => {
      expect(checkOptions('options', { rateLimitStore }, '')).toEqual({ rateLimitStore });
    },
  );
});

test('no text repeats a value, which could be a secret in the wrong place', () => {
  const keys = [
    'apiKey',
    'policyConfig',
    'toolConfigs',
    'policy',
    'audit',
    'blockMode',
    'piiActions',
    'rateLimitStore',
  ];
  fc.assert(
    fc.property(fc.constantFrom(...keys), fc.constantFrom(SECRET, [SECRET], { a: SECRET }), (key, value) => {
      try {
        checkOptions('options', { [key]: value }, '');
      } catch (error) {
        expect((error as Error).message).not.toContain(SECRET);
      }
    }),
  );
});
