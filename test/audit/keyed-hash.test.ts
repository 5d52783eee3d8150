import { expect, test } from '@jest/globals';
import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { createKeyedHash } from '../../src/audit/keyed-hash.js';

const key = fc.uint8Array({ maxLength: 64 }).map((bytes) => Buffer.from(bytes));
const text = fc.oneof(fc.string({ unit: 'binary', maxLength: 300 }), fc.constant('x'.repeat(5000)));

test('is the HMAC-SHA-256 that node makes, for every key and text, again and again', () => {
  fc.assert(
    fc.property(key, fc.array(text, { minLength: 1, maxLength: 4 }), (secret, texts) => {
      const hash = createKeyedHash(secret);
      for (const each of texts) {
        expect(hash(each)).toBe(createHmac('sha256', secret).update(each, 'utf8').digest('hex'));
      }
    }),
  );
});

test('two of them have different keys, and each agrees with itself', () => {
  const [a, b] = [createKeyedHash(), createKeyedHash()];
  expect(a('text')).toBe(a('text'));
  expect(a('text')).not.toBe(b('text'));
});
