import { describe, expect, test } from '@jest/globals';
import { OPERATORS, operatorNamed } from '../../../src/policy/operators/all-operators.js';
import { FALSE, TRUE, type Truth, UNKNOWN } from '../../../src/policy/truth.js';

type Row = [operator: string, operand: unknown, value: unknown, truth: Truth];

/** Values of every JSON type, for what an operator says of those it cannot read. */
const others = { text: 'a', number: 5, flag: true, nothing: null, list: ['a'], object: { a: 1 } };

const unreadable: [operator: string, operand: unknown, readable: (keyof typeof others)[]][] = [
  ['gt', 3, ['number']],
  ['gte', 'a', ['text']],
  ['lt', 3, ['number']],
  ['lte', 'a', ['text']],
  ['length', 3, ['text', 'list']],
  ['starts_with', 'a', ['text']],
  ['ends_with', 'a', ['text']],
  ['glob', 'a*', ['text']],
  ['regex', 'a', ['text']],
  ['contains', 'a', ['text', 'list']],
  ['contains', 5, ['list']],
  ['not_contains', 'a', ['text', 'list']],
  ['within_path', '/a', []],
  ['host_in', ['a'], []],
  ['cidr_in', ['10.0.0.0/8'], []],
];

const rows: Row[] = [
  ['eq', 1, 1, TRUE],
  ['eq', 1, '1', FALSE],
  ['eq', null, null, TRUE],
  ['eq', { a: [1, { b: 2 }] }, { a: [1, { b: 2 }] }, TRUE],
  ['eq', { a: 1, b: 2 }, { b: 2, a: 1 }, TRUE],
  ['eq', { a: 1 }, { a: 1, b: 2 }, FALSE],
  ['eq', [1, 2], [2, 1], FALSE],
  ['eq', {}, [], FALSE],
  ['eq', { toString: 1 }, {}, FALSE],
  ['ne', 1, '1', TRUE],
  ['ne', [1], [1], FALSE],
  ['in', ['a', { b: 1 }], { b: 1 }, TRUE],
  ['in', ['a', 1], '1', FALSE],
  ['not_in', ['a'], 'b', TRUE],
  ['not_in', ['a', [1]], [1], FALSE],
  ['gt', 5, 5, FALSE],
  ['gte', 5, 5, TRUE],
  ['lt', '2026-02-01', '2026-01-31', TRUE],
  ['lte', 'b', 'B', TRUE],
  ['gt', 5, NaN, UNKNOWN],
  ['exists', true, null, TRUE],
  ['exists', true, undefined, FALSE],
  ['exists', false, undefined, TRUE],
  ['exists', false, '', FALSE],
  ['type', 'integer', 3, TRUE],
  ['type', 'integer', 3.5, FALSE],
  ['type', 'number', 3.5, TRUE],
  ['type', ['string', 'null'], null, TRUE],
  ['type', 'object', [], FALSE],
  ['type', 'object', null, FALSE],
  ['type', 'array', [], TRUE],
  ['length', 2, '😀a', TRUE],
  ['length', { gte: 1, lt: 3 }, [1, 2], TRUE],
  ['length', { eq: 1 }, [1, 2], FALSE],
  ['length', { gt: 0 }, '', FALSE],
  ['starts_with', '/srv', '/srv/a', TRUE],
  ['starts_with', '/srv', '/SRV/a', FALSE],
  ['ends_with', '.csv', 'a.csv', TRUE],
  ['contains', 'DROP', 'x DROP y', TRUE],
  ['contains', { a: 1 }, [{ a: 1 }], TRUE],
  ['contains', 1, ['1'], FALSE],
  ['not_contains', ';', 'select 1', TRUE],
  ['not_contains', 'a', ['a'], FALSE],
  ['glob', '/srv/*.csv', '/srv/a/b.csv', TRUE],
  ['glob', 'a?c', 'abcd', FALSE],
  ['regex', '^select\\b', 'SELECT 1', FALSE],
  ['regex', '(?i)^select\\b', 'SELECT 1', TRUE],
  ['regex', 'b', 'abc', TRUE],
  ['within_path', '/srv/data', '/srv/data', TRUE],
  ['within_path', '/srv/data/', '/srv/data/a/../b', TRUE],
  ['within_path', '/srv/data', '/srv/data/../secret', FALSE],
  ['within_path', '/srv/data', '/srv/data2/a', FALSE],
  ['within_path', '/srv/data', '//srv/./data///a', TRUE],
  ['within_path', '/srv/data', '/../srv/data/a', TRUE],
  ['within_path', ['/tmp', '/srv'], '/srv/a', TRUE],
  ['within_path', '/', '/etc', TRUE],
  ['within_path', '/srv', 'srv/a', UNKNOWN],
  ['within_path', '/srv', '', UNKNOWN],
  ['within_path', '/srv', '~/a', UNKNOWN],
  ['within_path', '/srv', '/srv/a\0b', UNKNOWN],
  ['within_path', '/srv', '/srv/..\\etc', UNKNOWN],
  ['within_path', '/srv', '/srv/%2e%2e/etc', UNKNOWN],
  ['within_path', '/srv', '/srv%2Fa', UNKNOWN],
  ['within_path', '/srv', 'file:///srv/a%20b', TRUE],
  ['within_path', '/srv', 'FILE://localhost/srv/a', TRUE],
  ['within_path', '/srv', 'file:///srv/../etc', FALSE],
  ['within_path', '/srv', 'file://elsewhere/srv/a', UNKNOWN],
  ['within_path', '/srv', 'file:///srv/%252e%252e/etc', UNKNOWN],
  ['within_path', '/srv', 'file:///srv/a?/../../etc', UNKNOWN],
  ['within_path', '/srv', 'file:///srv/\t../etc', UNKNOWN],
  ['within_path', '/srv', 'file:///srv/%zz', UNKNOWN],
  ['within_path', 'C:\\Data', 'c:/data/a', TRUE],
  ['within_path', 'C:\\Data', 'C:\\DATA\\..\\Windows', FALSE],
  ['within_path', 'C:/Data', 'file:///C:/data/x', TRUE],
  ['within_path', 'C:/Data', '/data/x', UNKNOWN],
  ['within_path', 'C:/Data', 'C:/Data/x. ', UNKNOWN],
  ['within_path', 'C:/Data', 'C:/Data/x:stream', UNKNOWN],
  ['within_path', ['/srv', 'C:/Data'], 'C:/Data/x', TRUE],
  ['host_in', ['example.com'], 'https://EXAMPLE.com./a', TRUE],
  ['host_in', ['Example.COM.'], 'https://user:pass@example.com:8443/', TRUE],
  ['host_in', ['*.example.com'], 'https://a.b.example.com', TRUE],
  ['host_in', ['*.example.com'], 'https://example.com', FALSE],
  ['host_in', ['example.com'], 'https://example.com.evil.test', FALSE],
  ['host_in', ['example.com'], 'https://example.com@evil.test', FALSE],
  ['host_in', ['bücher.example'], 'https://bücher.example/x', TRUE],
  ['host_in', ['[::1]'], 'http://[0:0:0:0:0:0:0:1]/', TRUE],
  ['host_in', ['::1'], 'http://[::1]:80/', TRUE],
  ['host_in', ['127.0.0.1'], 'http://0x7f.1/', TRUE],
  ['host_in', ['example.com'], 'example.com', UNKNOWN],
  ['host_in', ['example.com'], 'mailto:a@example.com', UNKNOWN],
  ['host_in', ['example.com'], 'https://example.com\\@evil.test/', UNKNOWN],
  ['host_in', ['example.com'], 'https://exam\nple.com/', UNKNOWN],
  ['cidr_in', ['10.0.0.0/8'], '10.255.0.1', TRUE],
  ['cidr_in', ['10.0.0.0/8'], '11.0.0.1', FALSE],
  ['cidr_in', ['10.0.0.0/8'], '::ffff:10.0.0.1', TRUE],
  ['cidr_in', ['::ffff:10.0.0.0/104'], '10.1.2.3', TRUE],
  ['cidr_in', ['192.0.2.7'], '192.0.2.7', TRUE],
  ['cidr_in', ['fd00::/8'], 'fdab::1', TRUE],
  ['cidr_in', ['fd00::/8'], '10.0.0.1', FALSE],
  ['cidr_in', ['::/0'], '10.0.0.1', FALSE],
  ['cidr_in', ['0.0.0.0/0'], '::1', FALSE],
  ['cidr_in', ['fe80::/10'], 'fe80::1%eth0', UNKNOWN],
  ['cidr_in', ['10.0.0.0/8'], '10.0.0.1:80', UNKNOWN],
  ['cidr_in', ['10.0.0.0/8'], '010.0.0.1', UNKNOWN],
];

function evaluate(name: string, operand: unknown, value: unknown): Truth {
  const operator = operatorNamed(name)!;
  expect(operator.schema.safeParse(operand).success).toBe(true);
  const test = operator.compile(operand);
  if (typeof test === 'string') throw new Error(test);
  return test(value);
}

const SAID = ['false', 'unknown', 'true'];

describe('operators', () => {
  test.each(rows.map(([name, operand, value, truth]) => ({ name, operand, value, truth, said: SAID[truth] })))(
    '$name $operand on $value: $said',
    ({ name, operand, value, truth }) => expect(evaluate(name, operand, value)).toBe(truth),
  );

  test.each(unreadable)('%s %j cannot be evaluated for values it cannot read', (name, operand, readable) => {
    for (const [kind, value] of Object.entries(others)) {
      const truth = evaluate(name, operand, value);
      expect([kind, truth === UNKNOWN]).toEqual([kind, !readable.includes(kind as never)]);
    }
  });

  test('every operator is tested, has a row in the table, and an example that loads', () => {
    const tested = new Set(rows.map(([name]) => name));
    expect(OPERATORS.filter(({ name }) => !tested.has(name))).toEqual([]);
    for (const operator of OPERATORS) {
      expect(operator.schema.safeParse(operator.example).success).toBe(true);
      expect(typeof operator.compile(operator.example)).toBe('function');
      expect([operator.operand, operator.meaning, operator.wrongType].every((text) => text.length > 5)).toBe(true);
    }
  });

  test('only exists reads what is missing', () => {
    expect(OPERATORS.filter(({ readsMissing }) => readsMissing).map(({ name }) => name)).toEqual(['exists']);
  });
});
