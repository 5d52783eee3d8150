import { expect, test } from '@jest/globals';
import * as entry from '../../src/controlplane/index.js';

test('the subpath has these names and no others: one more or less is a change of the interface', () => {
  expect(Object.keys(entry).sort()).toEqual(['Administration', 'createControlplane']);
});
