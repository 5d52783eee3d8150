import { describe, expect, test } from '@jest/globals';
import { versionOfAddress } from '../../../../../src/pii/detectors/personal/money/base58.js';
import { passesBech32 } from '../../../../../src/pii/detectors/personal/money/bech32.js';
import { digitLedAddressDetector } from '../../../../../src/pii/detectors/personal/money/crypto-address.js';
import { digitLedIdDetector } from '../../../../../src/pii/detectors/personal/identity/id-words-detector.js';
import { NumberGroups } from '../../../../../src/pii/number-groups.js';
import { found, typesIn } from '../../../support.js';

/** What a detector of words that begin with a digit says of the one at a place. */
function foundAt(detector: typeof digitLedIdDetector, text: string, at: number): string[] {
  const result: string[] = [];
  const groups = new NumberGroups();
  groups.read(text, at);
  detector.detect(text, at, (type, start, end) => result.push(`${type}:${text.slice(start, end)}`) > 0, groups);
  return result;
}

// The examples of BIP 173, BIP 350, ERC-55 and the first block of Bitcoin.
const SEGWIT = 'bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq';
const TAPROOT = 'bc1p5cyxnuxmeuwuvkwfem96lqzszd02n6xdcjrs20cac6yqjjwudpxqkedrcr';
const FIRST = '1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa';
const ETHEREUM = '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed';
const TRON = 'TJRyWwFs9wTFGZg3JbrVriFbNfCug5tDeC';

test.each([SEGWIT, TAPROOT, SEGWIT.toUpperCase(), TRON])('finds %s', (address) => {
  expect(found(`send to ${address}, please`)).toEqual([`crypto_address:${address}`]);
  expect(found(JSON.stringify({ to: address }))).toEqual([`crypto_address:${address}`]);
});

test.each([
  ['a wrong check of bech32', SEGWIT.replace('ar0s', 'ar0z')],
  ['both cases in bech32', SEGWIT.replace('ar0s', 'Ar0s')],
  ['a wrong check of base58', TRON.replace('JR', 'RJ')],
  ['a longer word', `${TRON}x`],
  ['base64', `${TRON}+${TRON}=`],
])('finds nothing in %s', (_, text) => {
  expect(typesIn(`see ${text} there`)).toEqual([]);
});

describe('what begins with a digit', () => {
  test.each([FIRST, ETHEREUM, `4${'A7b'.repeat(31)}c`])('is found: %s', (address) => {
    expect(foundAt(digitLedAddressDetector, `to ${address} now`, 3)).toEqual([`crypto_address:${address}`]);
  });

  test('in small letters an address of Ethereum needs a name', () => {
    const small = ETHEREUM.toLowerCase();
    expect(foundAt(digitLedAddressDetector, `hash ${small}`, 5)).toEqual([]);
    expect(foundAt(digitLedAddressDetector, `wallet ${small}`, 7)).toEqual([`crypto_address:${small}`]);
  });

  test.each([
    ['a wrong check', FIRST.replace('A1z', 'A2z')],
    ['a hash', `0x${'5aAeb605'.repeat(8)}`],
    ['the address of nobody', `0x${'0'.repeat(40)}`],
    ['a word of another length', `4${'A7b'.repeat(30)}`],
    ['digits', '1234567890'],
  ])('is not found: %s', (_, text) => {
    expect(foundAt(digitLedAddressDetector, text, 0)).toEqual([]);
  });

  test.each([
    ['health_id', '1EG4-TE5-MK73'],
    ['health_id', '1EG4TE5MK73'],
    ['tax_id', '27AAPFU0939F1ZV'],
    ['national_id', '131052A308T'],
  ])('may be a %s: %s', (type, value) => {
    expect(foundAt(digitLedIdDetector, value, 0)).toEqual([`${type}:${value}`]);
    expect(foundAt(digitLedIdDetector, `${value}9`, 0)).toEqual([]);
  });

  test('may be a French passport, by its name', () => {
    expect(foundAt(digitLedIdDetector, 'passeport 12AB34567', 10)).toEqual(['passport:12AB34567']);
    expect(foundAt(digitLedIdDetector, 'code 12AB34567', 5)).toEqual([]);
  });
});

test('a version is read only from a whole address', () => {
  expect(versionOfAddress(FIRST)).toBe(0);
  expect(versionOfAddress(TRON)).toBe(0x41);
  expect(versionOfAddress(FIRST.slice(1))).toBe(-1);
  expect(versionOfAddress(FIRST.repeat(3))).toBe(-1);
});

test('any one wrong character of bech32 is found', () => {
  for (let at = 3; at < SEGWIT.length; at += 1) {
    const other = SEGWIT.charAt(at) === 'q' ? 'p' : 'q';
    expect(passesBech32(`${SEGWIT.slice(0, at)}${other}${SEGWIT.slice(at + 1)}`)).toBe(false);
  }
});
