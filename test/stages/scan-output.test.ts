import { describe, expect, test } from '@jest/globals';
import { createContext, runInContext } from 'node:vm';
import type { PIIScanner } from '../../src/call/finding.js';
import { PiiError } from '../../src/errors/policy-violation-error.js';
import { createScanOutput } from '../../src/stages/scan-output.js';
import { ManualClock } from '../../src/testing/index.js';
import { callRun } from '../pipeline/support.js';
import { laterScanner, runAfter, scanningOf, type ScanOptions, wordScanner } from './support.js';

const scan = (value: unknown, options: ScanOptions = {}, kind: 'result' | 'error' = 'result') =>
  runAfter(callRun(), createScanOutput(scanningOf('output', options)), value, kind);

describe.each<[string, PIIScanner]>([
  ['at once', wordScanner],
  ['later', laterScanner],
])('a scanner that answers %s', (_, scanner) => {
  test('redacts what it finds and leaves the rest', async () => {
    const value = { content: [{ type: 'text', text: 'a person' }], structuredContent: { n: 5, name: 'person' } };
    const { run } = await scan(value, { scanner });
    expect(run.returned).toEqual({
      kind: 'result',
      value: { content: [{ type: 'text', text: 'a ##PERSON##' }], structuredContent: { n: 5, name: '##PERSON##' } },
    });
    expect(run.redacted).toBe(true);
    expect(run.outputFindings.map(({ type, path }) => [type, path])).toEqual([
      ['person', '$.content[0].text'],
      ['person', '$.structuredContent.name'],
    ]);
    expect(value.structuredContent.name).toBe('person');
  });

  test('passes on the very value where nothing is to be redacted', async () => {
    for (const text of ['nothing', 'a codename']) {
      const value = { content: [{ type: 'text', text }] };
      const { run } = await scan(value, { scanner });
      expect(run.returned?.value).toBe(value);
      expect(run.redacted).toBe(false);
    }
  });

  test('withholds all of it where a type is blocked', async () => {
    const { run } = await scan('a person', { scanner, piiActions: new Map([['person', 'block' as const]]) });
    expect(run.returned).toBeUndefined();
    expect(run.violation).toBeInstanceOf(PiiError);
    expect(run.violation).toMatchObject({
      code: 'pii_output',
      types: ['person'],
      message: 'The result of search holds person, which may not leave, and is withheld.',
    });
    expect(run.outputFindings).toHaveLength(1);
  });
});

describe('what a tool throws', () => {
  class ToolError extends Error {
    override readonly name = 'ToolError';
    constructor(
      message: string,
      readonly data: object,
    ) {
      super(message, { cause: 'a person' });
    }
  }

  test('keeps its class and members, and says nothing of what was found: not in text, data, stack or cause', async () => {
    const { run } = await scan(new ToolError('no person', { of: 'person', n: 1 }), {}, 'error');
    const error = run.returned?.value as ToolError;
    expect(run.returned?.kind).toBe('error');
    expect(error).toBeInstanceOf(ToolError);
    expect(error).toMatchObject({ name: 'ToolError', message: 'no ##PERSON##', data: { of: '##PERSON##', n: 1 } });
    expect(error.stack).toBe('ToolError: no ##PERSON##');
    expect(error.cause).toBeUndefined();
    expect(Object.keys(error)).not.toContain('message');
  });

  test('is the very error where nothing was found', async () => {
    const error = new ToolError('nothing', { n: 1 });
    expect((await scan(error, {}, 'error')).run.returned?.value).toBe(error);
  });

  test('is redacted too where it is no error, or one of another realm', async () => {
    expect((await scan('a person', {}, 'error')).run.returned).toEqual({ kind: 'error', value: 'a ##PERSON##' });
    const foreign: unknown = runInContext("new TypeError('a person')", createContext({}));
    const { run } = await scan(foreign, {}, 'error');
    expect(String(run.returned?.value)).toBe('TypeError: a ##PERSON##');
  });
});

test('a scanner that fails passes the result where governance is open', async () => {
  const { run, reported } = await scan('text', { scanner: { scan: () => Promise.reject(new Error('no')) } });
  expect([run.returned?.value, run.failedOpen, reported.length]).toEqual(['text', ['scan-output'], 1]);
});

test('a scanner that takes too long is a scanner that fails', async () => {
  const clock = new ManualClock();
  const scanning = scan('text', { clock, scanner: { scan: () => new Promise<never>(() => undefined) } });
  await clock.untilPending();
  await clock.advance(1000);
  expect((await scanning).run.failedOpen).toEqual(['scan-output']);
});
