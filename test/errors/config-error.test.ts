import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { ConfigError, nearest } from '../../src/errors/config-error.js';
import { GovernanceError } from '../../src/errors/governance-error.js';

test('a ConfigError has its code, its name and its cause', () => {
  const cause = new Error('why');
  const error = new ConfigError('serverName: wrong.', { cause });
  expect(error).toBeInstanceOf(GovernanceError);
  expect(error).toMatchObject({ name: 'ConfigError', code: 'invalid_config', message: 'serverName: wrong.', cause });
});

describe('nearest', () => {
  const known = ['piiScan', 'piiScanner', 'policyAction', 'rateLimit'];

  test.each([
    ['piScan', 'piiScan'],
    ['pii_scan', 'piiScan'],
    ['PIISCANNER', 'piiScanner'],
    ['rateLimits', 'rateLimit'],
    ['polciyAction', 'policyAction'],
  ])('%s was meant to be %s', (word, meant) => {
    expect(nearest(word, known)).toBe(meant);
  });

  test('names nothing where nothing is near', () => {
    expect(nearest('zzzzzzzzzzzz', known)).toBe('');
    expect(nearest('anything', [])).toBe('');
  });

  test('answers with a known word or with nothing, and a known word with itself', () => {
    fc.assert(
      fc.property(fc.string(), (word) => {
        expect(['', ...known]).toContain(nearest(word, known));
      }),
    );
    for (const word of known) expect(nearest(word, known)).toBe(word);
  });
});
