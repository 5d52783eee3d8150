import { describe, expect, test } from '@jest/globals';
import type { PIIScanner } from '../../src/call/finding.js';
import { PiiError } from '../../src/errors/policy-violation-error.js';
import { createScanInput } from '../../src/stages/scan-input.js';
import { ManualClock } from '../../src/testing/index.js';
import { callRun } from '../pipeline/support.js';
import { laterScanner, runBefore, scanningOf, type ScanOptions, wordScanner } from './support.js';

const scan = (args: Record<string, unknown>, options: ScanOptions = {}, failOpen = true) =>
  runBefore(callRun({ arguments: args }), createScanInput(scanningOf('input', options)), failOpen);

describe.each<[string, PIIScanner]>([
  ['at once', wordScanner],
  ['later', laterScanner],
])('a scanner that answers %s', (_, scanner) => {
  test('standard: findings are reported, the arguments run as they are, the record is redacted', async () => {
    const args = { to: 'person', note: { text: 'a key' } };
    const { run, ran } = await scan(args, { scanner });
    expect(ran).toBe(1);
    expect(run.call.arguments).toBe(args);
    expect(run.inputFindings.map(({ type, path }) => [type, path])).toEqual([
      ['person', '$.to'],
      ['key', '$.note.text'],
    ]);
    expect(run.params).toEqual({ to: '##PERSON##', note: { text: 'a ##KEY##' } });
    expect(run.redacted).toBe(false);
  });

  test('strict: the call is refused, by type and without the value', async () => {
    const { run, ran } = await scan({ to: 'person', also: 'person key' }, { scanner, piiScan: 'strict' });
    expect(ran).toBe(0);
    expect(run.violation).toBeInstanceOf(PiiError);
    expect(run.violation).toMatchObject({
      code: 'pii_input',
      types: ['person', 'key'],
      message: 'The arguments of search hold person, key, which may not be sent. Leave it out.',
    });
    expect(run.params).toEqual({ to: '##PERSON##', also: '##PERSON## ##KEY##' });
  });

  test('redact: the tool gets the mark and nothing else is changed', async () => {
    const piiActions = new Map([['person', 'redact' as const]]);
    const { run, ran } = await scan({ to: 'person', note: 'key' }, { scanner, piiActions });
    expect([ran, run.redacted]).toEqual([1, true]);
    expect(run.call.arguments).toEqual({ to: '##PERSON##', note: 'key' });
  });

  test('allow: nothing is reported, and yet the record is redacted', async () => {
    const piiActions = new Map([['person', 'allow' as const]]);
    const { run, ran } = await scan({ to: 'person' }, { scanner, piiScan: 'strict', piiActions });
    expect([ran, run.inputFindings, run.params]).toEqual([1, [], { to: '##PERSON##' }]);
  });
});

test.each([
  { query: 'cats', page: { size: 5 } },
  { to: 'person', page: { size: 5 } },
])('what the tool does to its arguments does not reach the record: %j', async (args) => {
  const { run } = await scan(args);
  (run.call.arguments['page'] as Record<string, unknown>)['size'] = 'a secret the tool put there';
  expect(run.params?.['page']).toEqual({ size: 5 });
});

describe('a scanner that fails', () => {
  test.each<[string, PIIScanner['scan']]>([
    [
      'throws',
      () => {
        throw new Error('no');
      },
    ],
    ['rejects', () => Promise.reject(new Error('no'))],
    ['answers nonsense', () => 'nothing' as never],
  ])('and %s lets the call pass where governance is open, and refuses it where closed', async (_, failing) => {
    const open = await scan({ query: 'cats' }, { scanner: { scan: failing } });
    expect([open.ran, open.run.failedOpen, open.reported.length]).toEqual([1, ['scan-input'], 1]);
    const closed = await scan({ query: 'cats' }, { scanner: { scan: failing } }, false);
    expect([closed.ran, closed.run.failure?.part]).toEqual([0, 'scan-input']);
  });

  test('takes too long: the deadline settles it', async () => {
    const clock = new ManualClock();
    const scanner: PIIScanner = { scan: () => new Promise<never>(() => undefined) };
    const scanning = scan({ query: 'cats' }, { scanner, clock }, false);
    await clock.untilPending();
    await clock.advance(1000);
    const { ran, run } = await scanning;
    expect([ran, run.failure?.part]).toEqual([0, 'scan-input']);
  });
});
