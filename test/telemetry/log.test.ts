import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { describeFault, log, type LogLevel } from '../../src/telemetry/log.js';

const LEVELS: LogLevel[] = ['debug', 'info', 'warn', 'error'];
const VARIABLE = 'MCP_GOVERNANCE_LOG_LEVEL';
const before = process.env[VARIABLE];
let written: string[] = [];

beforeEach(() => {
  written = [];
  jest.spyOn(process.stderr, 'write').mockImplementation((text) => {
    written.push(String(text));
    return true;
  });
});
afterEach(() => {
  jest.restoreAllMocks();
  if (before === undefined) Reflect.deleteProperty(process.env, VARIABLE);
  else process.env[VARIABLE] = before;
});

describe('log', () => {
  test.each([
    [undefined, ['warn', 'error']],
    ['debug', LEVELS],
    ['info', ['info', 'warn', 'error']],
    ['warn', ['warn', 'error']],
    ['error', ['error']],
    ['silent', []],
    ['garbage', ['warn', 'error']],
  ])('%s lets through %j, to standard error only', (level, expected) => {
    if (level === undefined) Reflect.deleteProperty(process.env, VARIABLE);
    else process.env[VARIABLE] = level;
    const stdout = jest.spyOn(process.stdout, 'write').mockImplementation(() => true);
    for (const each of LEVELS) log(each, 'text');
    expect(written).toEqual(expected.map((each) => `mcp-governance ${each}: text\n`));
    expect(stdout).not.toHaveBeenCalled();
  });
});

test('describeFault names a fault without what it says', () => {
  const secret = 'sk-live-123';
  const coded = Object.assign(new TypeError(secret), { code: 'ECONNREFUSED' });
  expect(describeFault(coded)).toBe('TypeError (ECONNREFUSED)');
  expect(describeFault(Object.assign(new Error(secret), { code: -32000 }))).toBe('Error (-32000)');
  expect(describeFault(Object.assign(new Error(secret), { code: { secret } }))).toBe('Error');
  expect([describeFault(secret), describeFault(undefined), describeFault({ secret })]).toEqual([
    'a thrown string',
    'a thrown undefined',
    'a thrown object',
  ]);
});
