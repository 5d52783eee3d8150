import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { ACTIONS } from '../../src/call/action.js';
import { ENVIRONMENT, readEnvironment } from '../../src/config/env.js';
import { ConfigError } from '../../src/errors/config-error.js';

const read = (suffix: string, value: string) => readEnvironment({ [`MCP_GOVERNANCE_${suffix}`]: value });

describe('readEnvironment', () => {
  test('reads what is set and says nothing of the rest', () => {
    expect(readEnvironment({})).toEqual({});
    expect(
      readEnvironment({ PATH: '/bin', MCP_GOVERNANCE_FAIL_OPEN: '', MCP_GOVERNANCE_SERVER_NAME: undefined }),
    ).toEqual({});
    expect(
      readEnvironment({
        MCP_GOVERNANCE_SERVER_NAME: 'docs',
        MCP_GOVERNANCE_POLICY_FILE: 'policy.yaml',
        MCP_GOVERNANCE_FAIL_OPEN: 'false',
        MCP_GOVERNANCE_DEFAULT_PII_SCAN: 'strict',
        MCP_GOVERNANCE_DEFAULT_POLICY_ACTION: 'review',
        MCP_GOVERNANCE_DEFAULT_RATE_LIMIT_PER_MINUTE: '30',
        MCP_GOVERNANCE_APPROVAL_TIMEOUT_SECONDS: '90',
        MCP_GOVERNANCE_LOG_LEVEL: 'debug',
      }),
    ).toEqual({
      serverName: 'docs',
      policyFile: 'policy.yaml',
      failOpen: false,
      defaultPiiScan: 'strict',
      defaultPolicyAction: 'review',
      maxPerMinute: 30,
      approvalTimeoutMs: 90_000,
    });
  });

  test.each([
    ...['true', 'TRUE', '1', 'yes', 'on'].map((text) => [text, true] as const),
    ...['false', 'False', '0', 'no', 'off'].map((text) => [text, false] as const),
  ])('FAIL_OPEN=%s is %s', (text, meant) => {
    expect(read('FAIL_OPEN', text)).toEqual({ failOpen: meant });
  });

  test.each([
    ['FAIL_OPEN', 'maybe', 'MCP_GOVERNANCE_FAIL_OPEN must be true or false.'],
    ['DEFAULT_PII_SCAN', 'strickt', 'MCP_GOVERNANCE_DEFAULT_PII_SCAN must be one of off, standard, strict.'],
    [
      'DEFAULT_POLICY_ACTION',
      'Block',
      'MCP_GOVERNANCE_DEFAULT_POLICY_ACTION must be one of allow, warn, throttle, review, block.',
    ],
    ['LOG_LEVEL', 'verbose!', 'MCP_GOVERNANCE_LOG_LEVEL must be one of debug, info, warn, error, silent.'],
    ...['0', '-1', '1.5', '1e3', ' 5', 'many', '99999999999'].map(
      (text) =>
        [
          'DEFAULT_RATE_LIMIT_PER_MINUTE',
          text,
          'MCP_GOVERNANCE_DEFAULT_RATE_LIMIT_PER_MINUTE must be a whole number from 1.',
        ] as const,
    ),
  ])('%s=%s cannot be read', (suffix, value, text) => {
    expect(() => read(suffix, value)).toThrow(new ConfigError(text));
  });

  test.each(['localhost', 'redis://', 'http://h', 'redis://:p#ss@h', 'redis://h/db', 'redis://u:p@h:port'])(
    'REDIS_URL=%s is no address, and the text does not quote it',
    (text) => {
      const error = new ConfigError('MCP_GOVERNANCE_REDIS_URL must be redis://host:port or rediss://host:port.');
      expect(() => read('REDIS_URL', text)).toThrow(error);
    },
  );

  test.each(['redis://h', 'rediss://user:p%23ss@h:6380/2', 'redis://[::1]:6379'])('REDIS_URL=%s is one', (text) => {
    expect(read('REDIS_URL', text)).toEqual({ redisUrl: text });
  });

  test('refuses a time to approve that timers cannot wait, which would be over at once', () => {
    expect(read('APPROVAL_TIMEOUT_SECONDS', '2147483')).toEqual({ approvalTimeoutMs: 2_147_483_000 });
    expect(() => read('APPROVAL_TIMEOUT_SECONDS', '2147484')).toThrow(ConfigError);
  });

  test.each([
    ['MCP_GOVERNANCE_FAILOPEN', 'MCP_GOVERNANCE_FAIL_OPEN'],
    ['MCP_GOVERNANCE_DEFAULT_PIISCAN', 'MCP_GOVERNANCE_DEFAULT_PII_SCAN'],
    ['MCP_GOVERNANCE_SERVERNAME', 'MCP_GOVERNANCE_SERVER_NAME'],
  ])('%s is misspelt, and the text names %s', (name, meant) => {
    expect(() => readEnvironment({ [name]: 'x' })).toThrow(`${name} is not a variable we know. Did you mean ${meant}?`);
  });

  test.each(ENVIRONMENT.filter((each) => !each.supported).map((each) => each.name))(
    '%s cannot be honoured yet, so setting it is an error',
    (name) => {
      expect(() => readEnvironment({ [name]: 'x' })).toThrow(`${name} is set, but this version cannot honour it yet.`);
      expect(readEnvironment({ [name]: '' })).toEqual({});
    },
  );

  test('gives back what is in its type, or throws: never garbage', () => {
    const names = fc.constantFrom(...ENVIRONMENT.filter((each) => each.supported).map((each) => each.name));
    const value = fc.oneof(
      fc.string(),
      fc.constantFrom('true', 'off', 'strict', 'allow', 'warn', '1', '60', '-1', 'NaN'),
    );
    fc.assert(
      fc.property(fc.dictionary(names, value), (env) => {
        let options;
        try {
          options = readEnvironment(env);
        } catch (error) {
          expect(error).toBeInstanceOf(ConfigError);
          return;
        }
        expect([true, false, undefined]).toContain(options.failOpen);
        expect(['off', 'standard', 'strict', undefined]).toContain(options.defaultPiiScan);
        expect([...ACTIONS, undefined]).toContain(options.defaultPolicyAction);
        for (const number of [options.maxPerMinute ?? 1, options.approvalTimeoutMs ?? 1]) {
          expect(Number.isSafeInteger(number) && number > 0).toBe(true);
        }
        expect(options.serverName).not.toBe('');
        expect(Object.values(options)).not.toContain(undefined);
      }),
      { numRuns: 500 },
    );
  });
});

describe('the table of variables', () => {
  test('names each once, behind one of the two prefixes, with an option and a meaning', () => {
    const names = ENVIRONMENT.map((each) => each.name);
    expect(new Set(names).size).toBe(names.length);
    for (const { name, option, meaning, default: fallback } of ENVIRONMENT) {
      expect(name).toMatch(/^(WAXELL|MCP_GOVERNANCE)_[A-Z_]+$/);
      expect([option, meaning, fallback].every((text) => text.length > 0)).toBe(true);
    }
  });
});
