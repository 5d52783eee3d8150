import { describe, expect, test } from '@jest/globals';
import type { Detector } from '../../src/pii/detector.js';
import { Engine } from '../../src/pii/engine.js';
import type { NumberGroups } from '../../src/pii/number-groups.js';

/** A detector that reports so many characters at its anchor, and notes where it was asked. */
const detector = (type: string, anchor: Detector['anchor'], length: number, asked: number[] = []): Detector => ({
  types: [type],
  category: 'text',
  anchor,
  detect(_text, at, report) {
    asked.push(at);
    return report(type, at, at + length, 0.5) ? at + length : at;
  },
});
const scan = (text: string, ...detectors: Detector[]): string[] =>
  new Engine(detectors, new Set(detectors.flatMap(({ types }) => types)))
    .scan(text)
    .map(({ type, start, end }) => `${type}:${text.slice(start, end)}`);

test('asks for a prefix only where a word begins', () => {
  const ab = detector('ab', { at: 'prefix', prefixes: ['ab'] }, 2);
  expect(scan('ab xab _ab -ab 1ab abc \\nab \\u0041ab éab', ab)).toEqual(Array(7).fill('ab:ab'));
});

test('prefers the longest prefix, and takes a single letter with anything behind it', () => {
  const short = detector('short', { at: 'prefix', prefixes: ['sk-'] }, 3);
  const long = detector('long', { at: 'prefix', prefixes: ['sk-ant-'] }, 7);
  const letter = detector('letter', { at: 'prefix', prefixes: ['M'] }, 1);
  expect(scan('sk-ant- sk-x M Mx mx M', short, long, letter)).toEqual([
    'long:sk-ant-',
    'short:sk-',
    'letter:M',
    'letter:M',
    'letter:M',
  ]);
});

describe('a number', () => {
  const any = { at: 'number', takes: () => true } as const;

  test('is asked for where a run of digits begins that could be one', () => {
    const asked: number[] = [];
    scan('12 a1234567 1234567 1-2 +1 1234567x', { ...detector('n', any, 1, asked), types: [] });
    expect(asked).toEqual([]);
    scan('12,a1234567,1234567,1-2,+1,+1 2,', detector('n', any, 1, asked));
    expect(asked).toEqual([12, 20, 28]);
  });

  test('is asked for by its shape, which is judged once', () => {
    const asked: number[] = [];
    const judged: string[] = [];
    const takes = (groups: NumberGroups): boolean => {
      judged.push([0, 1, 2].map((group) => groups.length(group)).join('-'));
      return groups.length(0) === 3;
    };
    scan('123-45-6789, 2026-11-21, 123-45-6789, 2026-11-21', detector('n', { at: 'number', takes }, 11, asked));
    expect(asked).toEqual([0, 25]);
    expect(judged).toEqual(['3-2-4', '4-2-2', '2-2-0']);
  });

  test('is asked for behind a plus sign, whatever its shape', () => {
    const asked: number[] = [];
    scan('+2026-11-21', detector('n', { at: 'number', takes: () => false }, 1, asked));
    expect(asked).toEqual([1]);
  });

  test('may have many groups', () => {
    const asked: number[] = [];
    const takes = (groups: NumberGroups): boolean => groups.count === 5;
    scan('1 2 3 4 5', detector('n', { at: 'number', takes }, 9, asked));
    expect(asked).toEqual([0]);
  });
});

test('asks for a mixed word where one begins with a digit and is not hexadecimal', () => {
  const asked: number[] = [];
  scan('12 1a2b3c4d5e 0x1f2f3f4f 3Jx, 9f86-1z 12345678Z a1z 1-2z', detector('m', { at: 'mixed' }, 0, asked));
  expect(asked).toEqual([14, 35, 38]);
});

test('asks every detector of a character until one has found something', () => {
  const asked: number[] = [];
  const nothing: Detector = {
    ...detector('none', { at: 'character', characters: '@' }, 0),
    detect: (_, at) => (asked.push(at), at),
  };
  expect(scan('a@b', nothing, detector('at', { at: 'character', characters: '@:' }, 1))).toEqual(['at:@']);
  expect(asked).toEqual([1]);
});

test('leaves out detectors none of whose types are wanted', () => {
  const asked: number[] = [];
  const engine = new Engine([detector('at', { at: 'character', characters: '@' }, 1, asked)], new Set());
  expect(engine.scan('a@b')).toEqual([]);
  expect(asked).toEqual([]);
});
