import { expect, test } from '@jest/globals';
import { KnownSecrets } from '../../../src/controlplane/keys/known-secrets.js';

test('ten thousand secrets are remembered; the one that was not seen for the longest time goes', () => {
  const known = new KnownSecrets();
  for (let each = 0; each < 10_000; each += 1) known.add(`secret ${each}`);
  known.add('secret 0');
  known.add('one more');
  expect(['secret 0', 'secret 1', 'secret 2', 'one more'].map((each) => known.has(each))).toEqual([
    true,
    false,
    true,
    true,
  ]);
  known.delete('one more');
  expect(known.has('one more')).toBe(false);
});
