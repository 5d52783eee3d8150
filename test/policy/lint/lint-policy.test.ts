import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { compileGlob } from '../../../src/call/glob.js';
import { coversGlob } from '../../../src/policy/lint/covers-names.js';
import { lintPolicy } from '../../../src/policy/lint/lint-policy.js';
import type { ToolList } from '../../../src/policy/lint/tool-list.js';
import { Policy } from '../../../src/policy/policy.js';

const now = new Date('2027-01-01T00:00:00Z');

/** The findings of a document with defaults, as `code place`. */
function lint(document: object, tools?: ToolList): string[] {
  const policy = Policy.from({ defaults: { action: 'review' }, ...document });
  return lintPolicy(policy.document, { tools, now }).map(({ code, steps }) => `${code} ${steps.join('.')}`);
}

const rules = (...list: object[]) => ({ rules: list });
const reads = { tool: 'read_*' };
const limit = (operators: object) => ({ 'args.limit': operators });

describe('lint finds', () => {
  test('a document without defaults', () => {
    expect(lintPolicy(Policy.from({ rules: [] }).document, { now })[0]?.code).toBe('missing-default');
    expect(lint({ defaults: undefined, tools: { '*': { '*': 'block' } } })).toEqual([]);
  });

  test.each<[string, object[], string[]]>([
    ['a rule without match', [{ action: 'allow' }], ['match-everything rules.0']],
    [
      'a block behind an allow',
      [
        { match: reads, action: 'allow' },
        { match: { tool: 'read_secret' }, action: 'block' },
      ],
      ['shadowed rules.1'],
    ],
    [
      'an allow behind a block',
      [
        { match: reads, action: 'block' },
        { match: { tool: ['read_a', 'read_b*'] }, action: 'allow' },
      ],
      ['unreachable rules.1'],
    ],
    [
      'two answers for the same calls',
      [
        { match: reads, when: limit({ eq: 1 }), action: 'allow' },
        { match: reads, when: limit({ eq: 1 }), action: 'block' },
      ],
      ['contradictory rules.1'],
    ],
    [
      'a rule behind a mandatory one',
      [
        { match: { tool: 'read_a' }, action: 'allow' },
        { match: reads, action: 'block', final: true },
      ],
      ['unreachable rules.0'],
    ],
    [
      'a condition that implies another one',
      [
        { match: reads, when: limit({ lte: 100 }), action: 'allow' },
        { match: reads, when: { all: [limit({ lt: 50 }), { 'args.x': { eq: 1 } }] }, action: 'allow' },
      ],
      ['unreachable rules.1'],
    ],
    [
      'a value that meets an operator',
      [
        { match: reads, when: { 'args.branch': { regex: '^fe' } }, action: 'allow' },
        { match: reads, when: { 'args.branch': { in: ['feat', 'fear'] } }, action: 'block' },
      ],
      ['shadowed rules.1'],
    ],
    [
      'a rule that expired',
      [{ match: reads, action: 'allow', expires_at: '2026-01-01' }],
      ['unreachable rules.0.expires_at'],
    ],
    [
      'bounds that cross',
      [{ match: reads, when: limit({ gt: 5, lt: 5 }), action: 'allow' }],
      ['contradictory rules.0.when'],
    ],
    [
      'two values at once',
      [{ match: reads, conditions: { param_eq: { a: 1 }, param_gt: { a: 1 } }, action: 'block' }],
      ['contradictory rules.0.conditions'],
    ],
    [
      'a condition and its contrary',
      [{ match: reads, when: { all: [limit({ eq: 1 }), { not: limit({ eq: 1 }) }] }, action: 'block' }],
      ['contradictory rules.0.when'],
    ],
  ])('%s', (_, list, expected) => {
    expect(lint(rules(...list))).toEqual(expected);
  });

  test("a rule whose tools have entries in 'tools'", () => {
    const tools = { files: { read: 'allow' } };
    const rule = { match: { tool: 'read', server: 'files' }, action: 'review' };
    expect(lint({ tools, rules: [rule] })).toEqual(['unreachable rules.0']);
    expect(lint({ tools, rules: [{ ...rule, action: 'block' }] })).toEqual([]);
    expect(lint({ tools, rules: [rule, { match: { tool: 'r*' }, action: 'block' }] })).toEqual([]);
    expect(lint({ tools, rules: [{ ...rule, match: { tool: 'read' } }] })).toEqual([]);
  });
});

describe('lint leaves alone', () => {
  test.each<[string, object[]]>([
    [
      'a narrower rule before a wider one',
      [
        { match: { tool: 'read_a' }, action: 'allow' },
        { match: reads, action: 'block' },
      ],
    ],
    [
      'a block that also catches what the allow cannot evaluate',
      [
        { match: reads, when: limit({ lte: 5 }), action: 'allow' },
        { match: reads, when: limit({ lte: 5 }), action: 'block' },
      ],
    ],
    [
      'bounds that cross in a block: it catches what is no number',
      [{ match: reads, when: limit({ gt: 5, lt: 5 }), action: 'block' }],
    ],
    [
      'a rule behind one that is not enabled',
      [
        { match: reads, action: 'allow', enabled: false },
        { match: reads, action: 'block' },
      ],
    ],
    [
      'a rule behind one that ends earlier',
      [
        { match: reads, action: 'allow', expires_at: '2028-01-01' },
        { match: reads, action: 'block' },
      ],
    ],
    [
      'a final block behind a mandatory one',
      [
        { match: reads, action: 'block', mandatory: true },
        { match: reads, action: 'block', final: true },
      ],
    ],
    [
      'several elements of one list',
      [{ match: reads, when: { 'args.a[*]': { eq: 1 }, all: [{ 'args.a[*]': { eq: 2 } }] }, action: 'allow' }],
    ],
  ])('%s', (_, list) => {
    expect(lint(rules(...list))).toEqual([]);
  });
});

describe('with the tools of a server', () => {
  const inputSchema = {
    type: 'object',
    additionalProperties: false,
    properties: {
      path: { type: 'string' },
      limit: { anyOf: [{ type: 'integer' }, { type: 'null' }] },
      mode: { enum: ['fast', 'slow'] },
      deep: { $ref: '#/$defs/deep' },
    },
    $defs: { deep: { type: 'object', properties: { ids: { type: 'array', items: { type: 'number' } } } } },
  };
  const tools: ToolList = { server: 'files', tools: [{ name: 'read_file', inputSchema }] };
  const when = (entry: object) => lint(rules({ match: { tool: 'read_*' }, when: entry, action: 'allow' }), tools);

  test.each<[object, boolean]>([
    [{ 'args.path': { gt: 5 } }, true],
    [{ 'args.path': { starts_with: '/' } }, false],
    [{ 'args.limit': { lte: 5 } }, false],
    [{ 'args.limit': { eq: '5' } }, true],
    [{ 'args.limit': { ne: '5' } }, true],
    [{ 'args.mode': { in: ['fats'] } }, true],
    [{ 'args.mode': { in: ['fast', 'other'] } }, false],
    [{ 'args.pth': { exists: true } }, true],
    [{ 'args.deep.ids[*]': { eq: 'x' } }, true],
    [{ 'args.deep.ids[0]': { eq: 1 } }, false],
    [{ 'args.deep.unknown': { eq: 1 } }, false],
    [{ 'principal.role': { eq: 1 } }, false],
  ])('%j: mismatch %p', (entry, expected) => {
    expect(when(entry).some((text) => text.startsWith('type-mismatch'))).toBe(expected);
  });

  test('names tools that are not offered, unless they may be those of another server', () => {
    const rule = (match: object) => lint(rules({ match, action: 'allow' }), tools);
    expect(rule({ tool: 'raed_file' })).toEqual(['unknown-tool rules.0.match.tool']);
    const two = [
      { match: { tool: 'send' }, action: 'allow' },
      { match: { tool: 's', server: 'mail' }, action: 'allow' },
    ];
    expect(lint(rules(...two), tools)).toEqual([]);
    expect(rule({ tool: ['raed_file', 'read_*'], server: 'files' })).toEqual(['unknown-tool rules.0.match.tool']);
    expect(rule({ tool: 'raed_file', server: 'other' })).toEqual([]);
    expect(
      lint({ tools: { files: { red: 'allow', read_file: 'allow', '*': 'block' }, other: { x: 'allow' } } }, tools),
    ).toEqual(['unknown-tool tools.files.red']);
  });
});

describe('texts that evade', () => {
  const evades = (action: string, entry: object) =>
    lint(rules({ match: { tool: 'q' }, when: entry, action })).some((text) => text.startsWith('evadable-string'));

  test.each<[string, object, boolean]>([
    ['allow', { 'args.sql': { regex: '(?i)^\\s*select\\b' } }, true],
    ['allow', { 'args.sql': { regex: '(?i)^\\s*select\\b', not_contains: ';' } }, false],
    ['allow', { 'args.sql': { regex: '^SELECT [a-z]+$' } }, false],
    ['allow', { 'args.sql': { in: ['SELECT 1'] } }, false],
    ['allow', { not: { 'args.sql': { regex: '(?i)^drop' } } }, true],
    ['block', { 'args.query': { regex: '^DROP ' } }, true],
    ['block', { 'args.userQuery': { contains: 'DROP' } }, true],
    ['allow', { 'args.command': { starts_with: 'git ' } }, true],
    ['block', { 'args.command': { contains: 'rm -rf' } }, true],
    ['allow', { 'args.path': { starts_with: '/srv/data' } }, true],
    ['allow', { 'args.path': { within_path: '/srv/data' } }, false],
    ['allow', { 'args.url': { starts_with: 'https://api.example.com' } }, true],
    ['allow', { 'args.url': { host_in: ['api.example.com'] } }, false],
    ['allow', { 'args.title': { starts_with: 'a' } }, false],
  ])('%s %j: %p', (action, entry, expected) => {
    expect(evades(action, entry)).toBe(expected);
  });

  test('the finding shows a text that does', () => {
    const document = Policy.from({
      rules: [{ match: { tool: 'q' }, conditions: { param_matches: { sql: '^SELECT ' } }, action: 'allow' }],
    });
    const finding = lintPolicy(document.document, { now }).find(({ code }) => code === 'evadable-string');
    expect(finding?.message).toContain('lets the SQL "SELECT 1" pass, and "SELECT 1; DROP TABLE x", too');
    expect(finding?.fix).toContain('advisory');
  });
});

test('a glob that is said to cover another one matches all that the other one matches', () => {
  const sign = fc.constantFrom('a', 'b', '*', '?', '[ab]', '[!a]', '*');
  const glob = fc.array(sign, { maxLength: 5 }).map((signs) => signs.join(''));
  const name = fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 6 }).map((letters) => letters.join(''));
  fc.assert(
    fc.property(glob, glob, fc.array(name, { minLength: 20, maxLength: 20 }), (wide, narrow, names) => {
      if (!coversGlob(wide, narrow)) return true;
      return names.every((each) => !compileGlob(narrow)(each) || compileGlob(wide)(each));
    }),
    { numRuns: 2_000 },
  );
  expect(coversGlob('read_*', 'read_file*')).toBe(true);
  expect(coversGlob('a*', '*')).toBe(false);
});
