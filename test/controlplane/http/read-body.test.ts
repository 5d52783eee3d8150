import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readJson } from '../../../src/controlplane/http/read-body.js';

describe('bodies', () => {
  test.each([
    '{"action":"block","action":"allow"}',
    '{"a":{"b":1,"b":1}}',
    '[{"a":1},{"a":1,"\\u0061":2}]',
    '{"__proto__":1,"__proto__":2}',
    '{"":1,"":2}',
  ])('%s says two things under one name', (text) => {
    expect(() => readJson(text)).toThrow(/two members of the same name/);
  });

  test.each(['{', '', '{"a":1}}', "{'a':1}", '{"a":}', ':', '[:]', 'undefined', '{"a":1,}'])(
    '%s is no JSON',
    (text) => {
      expect(() => readJson(text)).toThrow('The body is no valid JSON.');
    },
  );

  test('a hundred levels are read, one more is not', () => {
    const deep = (levels: number): string => '['.repeat(levels) + ']'.repeat(levels);
    expect(JSON.stringify(readJson(deep(100)))).toBe(deep(100));
    expect(() => readJson(deep(101))).toThrow(/nested/);
    expect(() => readJson('{"a":'.repeat(1_000_000))).toThrow(/nested/);
  });

  test('everything else is read as JSON.parse does', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 6 }), (text) => {
        expect(readJson(text)).toEqual(JSON.parse(text));
      }),
    );
    expect(readJson('{"a:b":"c:{[","__proto__":{"x":1}}')).toEqual(JSON.parse('{"a:b":"c:{[","__proto__":{"x":1}}'));
  });
});
