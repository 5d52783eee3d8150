import { expect, test } from '@jest/globals';
import * as client from '../../src/client/index.js';
import * as entry from '../../src/index.js';

const HERE = ['configureSession', 'init'];
/** What a program needs beside them, so that it need not import the root entry as well. */
const ALSO_AT_THE_ROOT = [
  ...[
    'CannotAskError',
    'PolicyViolationError',
    'autoApprove',
    'autoDeny',
    'controlplaneApproval',
    'elicitApproval',
    'extractBlockMetadata',
  ],
  ...['firstOf', 'promptApproval', 'webhookApproval'],
];

test('the entry has these names and no others: one more or less is a change of the interface', () => {
  expect(Object.keys(client).sort()).toEqual([...HERE, ...ALSO_AT_THE_ROOT].sort());
});

test.each(ALSO_AT_THE_ROOT)('%s is the same as at the root', (name) => {
  expect(client[name as keyof typeof client]).toBe(entry[name as keyof typeof entry]);
});
