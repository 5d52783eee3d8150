import { describe, expect, test } from '@jest/globals';
import { createContext, runInContext } from 'node:vm';
import { LimitError } from '../../src/errors/policy-violation-error.js';
import { createArgumentLimits, createResultLimits, returnedValue } from '../../src/stages/limits.js';
import { callRun } from '../pipeline/support.js';
import { runAfter, runBefore } from './support.js';

const allowance = { maxBytes: 100, maxDepth: 3, maxKeys: 5 };
const TOO_MUCH: [string, Record<string, unknown>][] = [
  ['larger than 100 bytes', { text: 'x'.repeat(101) }],
  ['nested deeper than 3 levels', { a: { b: { c: { d: 1 } } } }],
  ['more than 5 keys', { a: 1, b: 2, c: 3, d: 4, e: 5, f: 6 }],
];

describe('arguments', () => {
  test.each(TOO_MUCH)('that are %s are refused unread', async (excess, args) => {
    const { run, ran } = await runBefore(callRun({ arguments: args }), createArgumentLimits(allowance));
    expect(ran).toBe(0);
    expect(run.violation).toBeInstanceOf(LimitError);
    expect(run.violation).toMatchObject({
      code: 'arguments_too_large',
      message: `The arguments of search are ${excess}. Send less at once.`,
    });
  });

  test('within the limits are copied: whoever holds the first ones changes nothing any more', async () => {
    const args = { filter: { tags: ['a'] } };
    const { run, ran } = await runBefore(callRun({ arguments: args }), createArgumentLimits(allowance));
    expect(ran).toBe(1);
    args.filter.tags.push('b');
    expect(run.call.arguments).toEqual({ filter: { tags: ['a'] } });
  });
});

describe('results', () => {
  const stage = createResultLimits(allowance);

  test.each(TOO_MUCH)('that are %s are withheld', async (excess, value) => {
    const { run } = await runAfter(callRun(), stage, value);
    expect(run.returned).toBeUndefined();
    expect(run.violation).toMatchObject({
      code: 'result_too_large',
      message: `The result of search is ${excess} and is withheld. Ask for less at once.`,
    });
  });

  test('within the limits leave as the very value they are', async () => {
    const value = { content: [{ type: 'text' }] };
    const { run } = await runAfter(callRun(), stage, value);
    expect(run.returned?.value).toBe(value);
  });

  test('that JSON writes differently are settled before they are judged', async () => {
    const { run } = await runAfter(callRun(), stage, { at: new Date(0), then: { toJSON: () => 'secret' } });
    expect(run.returned).toEqual({ kind: 'result', value: { at: '1970-01-01T00:00:00.000Z', then: 'secret' } });
  });

  test('are weighed as JSON writes them', async () => {
    for (const [excess, written] of TOO_MUCH) {
      const { run } = await runAfter(callRun(), stage, { toJSON: () => written });
      expect(run.violation?.message).toContain(excess);
      expect(run.returned).toBeUndefined();
    }
  });

  test('that JSON cannot write are refused, closed also where failOpen is on', async () => {
    const { run, reported } = await runAfter(callRun(), stage, { big: 5n });
    expect([run.open, run.returned, reported.length]).toEqual([false, undefined, 1]);
  });

  test('an error is weighed by what it says', async () => {
    const { run } = await runAfter(callRun(), stage, new Error('x'.repeat(200)), 'error');
    expect(run.violation?.code).toBe('result_too_large');
    const { run: short } = await runAfter(callRun(), stage, new Error('short'), 'error');
    expect(short.returned).toEqual({ kind: 'error', value: new Error('short') });
  });
});

describe('returnedValue', () => {
  test('is the result, or what an error says with its own members', () => {
    const run = callRun();
    expect(returnedValue(run)).toBeUndefined();
    run.returned = { kind: 'result', value: 5 };
    expect(returnedValue(run)).toBe(5);
    run.returned = { kind: 'error', value: Object.assign(new Error('text'), { code: 7, data: { a: 1 } }) };
    expect(returnedValue(run)).toEqual({ message: 'text', code: 7, data: { a: 1 } });
    run.returned = { kind: 'error', value: 'just text' };
    expect(returnedValue(run)).toBe('just text');
  });

  test('hears an error of another realm too: a tool may run code in a vm', () => {
    const run = callRun();
    run.returned = { kind: 'error', value: runInContext("new TypeError('text')", createContext({})) };
    expect(returnedValue(run)).toEqual({ message: 'text' });
  });
});
