import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  hasIrregularCase,
  isMadeOfWords,
  isMonotonous,
  isUuid,
  looksRandom,
  mayBeToken,
} from '../../../../src/pii/detectors/secrets/randomness.js';
import { body } from '../../support.js';

test.each([body(24), body(32, 'a0b1c2d3e4f56789'), `pat_${body(30)}`, `${body(20)}/${body(20)}==`])(
  '%s looks random',
  (value) => {
    expect(looksRandom(value)).toBe(true);
  },
);

test.each([
  'correct-horse-battery-staple',
  'ClientCapabilities2026Schema',
  '2024-01-01T00:00:00.000Z',
  'v1beta1-2024-preview2',
  'us-east-1-cluster-key-2',
  '12345678901234567890',
  'aaaaaaaaaaaaaaaaaaaa',
  '',
])('%s does not', (value) => {
  expect(looksRandom(value)).toBe(false);
});

test('a random value may be a token wherever it stands', () => {
  fc.assert(
    fc.property(
      fc.string(),
      fc.string({ unit: fc.constantFrom('0', '3', '7', '9', 'a', 'c', 'd', 'f'), minLength: 24, maxLength: 64 }),
      (before, value) => {
        const token = `a1${value}`;
        expect(mayBeToken(`${before}${token}`, before.length)).toBe(true);
      },
    ),
  );
});

test.each(['my-key-2', 'contextToken2', 'CommaToken$1', 'MAX_RETRY'])('%s is made of words', (value) => {
  expect(isMadeOfWords(value)).toBe(true);
});

test.each(['abcd1234efgh', body(16)])('%s is not', (value) => {
  expect(isMadeOfWords(value)).toBe(false);
});

test('zeros with a few other signs are monotonous', () => {
  expect(isMonotonous('0000000000000000000ABC')).toBe(true);
  expect(isMonotonous(body(16))).toBe(false);
});

test('a UUID has five groups', () => {
  expect(isUuid('00000000-0000-4000-8000-00000000000a')).toBe(true);
  expect(isUuid('00000000-0000-4000-8000')).toBe(false);
});

test('letters of a random case are told from a name of several words', () => {
  expect(hasIrregularCase('QzRtKpWsEvAfBmLu')).toBe(true);
  expect(hasIrregularCase('connectionStringProvider')).toBe(false);
});
