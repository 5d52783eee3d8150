import { describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { ConfigError } from '../../src/errors/config-error.js';
import { Policy } from '../../src/policy/policy.js';
import { PolicyDocumentError, toLine } from '../../src/policy/policy-document-error.js';

/** Each: a title, a document, and the first of what is wrong with it. */
const fixtures = readFileSync(new URL('fixtures/bad-documents.txt', import.meta.url), 'utf8')
  .split(/^===== /m)
  .slice(1)
  .map((block) => {
    const [, title, text, expected] = /^(.*)\n([\s\S]*)^>>>>> (.*)\n$/m.exec(block)!;
    return { title: title!, text: text!, expected: expected! };
  });

function errorOf(load: () => unknown): PolicyDocumentError {
  try {
    load();
  } catch (error) {
    if (error instanceof PolicyDocumentError) return error;
    throw error;
  }
  throw new Error('The document loads.');
}

describe('a document that is wrong', () => {
  test('there are enough of them', () => {
    expect(fixtures.length).toBeGreaterThanOrEqual(60);
  });

  test.each(fixtures)('$title', ({ text, expected }) => {
    const error = errorOf(() => Policy.parse(text, { source: 'p.yaml' }));
    expect(toLine('p.yaml', error.problems[0]!)).toBe(`p.yaml:${expected}`);
    expect(error.message).toContain(`p.yaml:${expected}`);
    expect(error).toBeInstanceOf(ConfigError);
    expect(error.code).toBe('invalid_config');
  });

  test.each(fixtures)('loaded in slices: $title', async ({ text, expected }) => {
    await expect(Policy.load(text, { source: 'p.yaml' })).rejects.toThrow(`p.yaml:${expected}`);
  });

  test('names all that is wrong, by place, and counts the rest', () => {
    const rules = Array.from({ length: 80 }, (_, index) => `  - { action: allow, nme: r${index} }`).join('\n');
    const error = errorOf(() => Policy.parse(`rules:\n${rules}\n`, { source: 'p.yaml' }));
    expect(error.problems).toHaveLength(50);
    expect(error.problems.map(({ line }) => line)).toEqual(Array.from({ length: 50 }, (_, index) => index + 2));
    expect(error.message).toBe("p.yaml:2:22: rules[0].nme: unknown key 'nme'. Did you mean 'name'? (and 79 more)");
    expect(error.source).toBe('p.yaml');
  });

  test('an object has no lines', () => {
    const error = errorOf(() => Policy.from({ rules: [{ action: 'allow', nme: 'a' }] }, { source: 'snapshot' }));
    expect(error.message).toBe("snapshot: rules[0].nme: unknown key 'nme'. Did you mean 'name'?");
    expect(error.problems).toEqual([
      { line: 0, column: 0, path: 'rules[0].nme', message: "unknown key 'nme'. Did you mean 'name'?" },
    ]);
  });

  test.each([
    ['a date', new Date(0)],
    ['a map', new Map()],
    ['a function', () => 1],
    ['an object of a class', new URL('https://example.com')],
  ])('%s is no value', (_, value) => {
    expect(() => Policy.from({ rules: [{ action: 'block', when: { 'args.a': { eq: value } } }] })).toThrow(
      'rules[0].when["args.a"].eq: is no value that JSON could say',
    );
  });

  test('an object that holds itself', () => {
    const metadata: Record<string, unknown> = {};
    metadata['self'] = metadata;
    expect(() => Policy.from({ rules: [{ action: 'block', metadata }] })).toThrow('nested more than 64 levels deep');
  });
});
