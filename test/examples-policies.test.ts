import { describe, expect, test } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { policyJsonSchema } from '../src/policy/json-schema.js';
import { lintPolicy } from '../src/policy/lint/lint-policy.js';
import { Policy } from '../src/policy/policy.js';
import { runTests } from '../src/policy/tools/run-tests.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const filesIn = (folder: string) =>
  readdirSync(join(root, folder))
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => `${folder}/${file}`);

const examples = filesIn('examples/policies');
const published = JSON.parse(readFileSync(join(root, 'docs/reference/policy.schema.json'), 'utf8')) as object;
// What formats mean is checked when a document is loaded; an editor may leave them out.
const validate = new Ajv2020({ strict: false, validateFormats: false, allErrors: true }).compile(published);

/** What stands in the YAML fences of a page, with the line where it begins. */
function snippetsOf(page: string): [place: string, text: string][] {
  const text = readFileSync(join(root, page), 'utf8');
  return [...text.matchAll(/^```yaml[^\n]*\n([\s\S]*?)^```$/gm)].map((match) => [
    `${page}:${text.slice(0, match.index).split('\n').length}`,
    match[1] as string,
  ]);
}

const guides = readdirSync(join(root, 'docs/guides')).filter((file) => file.startsWith('policies'));
const snippets = [...guides.map((file) => `docs/guides/${file}`), 'docs/reference/policy.md'].flatMap(snippetsOf);

const failures = (policy: Policy) => runTests(policy).filter(({ passed }) => !passed);

describe('ready policies', () => {
  test('there are those that the documentation names', () => {
    const names = ['browser', 'database', 'filesystem', 'git', 'mail-and-chat'];
    expect(examples).toEqual(names.map((name) => `examples/policies/${name}.yaml`));
  });

  test.each(examples)('%s decides as its own tests say', (file) => {
    const policy = Policy.fromYaml(join(root, file));
    expect(failures(policy)).toEqual([]);
    // No rule is there that no test meets.
    const decided = new Set(runTests(policy).map(({ rule }) => rule));
    const { rules } = policy;
    const untested = rules.map(({ name }) => name).filter((name) => !decided.has(name as string));
    expect(untested).toEqual([]);
  });

  test.each(examples)('%s asks about what it does not know, and blocks for good', (file) => {
    const policy = Policy.fromYaml(join(root, file));
    expect(policy.evaluate({ server: 'unheard-of', tool: 'anything' })).toMatchObject({ action: 'review' });
    const blocks = policy.rules.filter(({ action }) => action === 'block');
    expect(blocks.filter(({ final, mandatory }) => !final && !mandatory)).toEqual([]);
    expect(blocks.filter(({ reason }) => reason === undefined)).toEqual([]);
  });
});

describe('lint', () => {
  test.each(examples)('%s is clean', (file) => {
    expect(lintPolicy(Policy.fromYaml(join(root, file)).document, { now: new Date() })).toEqual([]);
  });
});

describe('the published JSON Schema', () => {
  test('is the one that the code makes', () => {
    expect(published).toMatchObject(policyJsonSchema());
  });

  test('is reached by name', () => {
    const { exports: subpaths, files } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    expect(subpaths['./policy.schema.json']).toBe('./docs/reference/policy.schema.json');
    expect(files).toContain('docs');
  });

  const documents = [...examples, ...filesIn('test/policy/fixtures')].map((file): [string, string] => [
    file,
    readFileSync(join(root, file), 'utf8'),
  ]);

  test.each([...documents, ...snippets])('%s is valid', (_, text) => {
    const valid = validate(parse(text));
    expect({ valid, errors: validate.errors ?? [] }).toEqual({ valid: true, errors: [] });
  });

  test.each([
    ['an unknown key', { rules: [{ action: 'allow', mach: {} }] }],
    ['an action that is none', { rules: [{ action: 'permit' }] }],
    ['an operator that is none', { rules: [{ action: 'allow', when: { 'args.a': { less: 3 } } }] }],
    ['a time that is none', { rules: [{ action: 'allow', when: { time: { after: '25:00' } } }] }],
    ['a list of servers', { tools: [] }],
  ])('refuses %s', (_, document) => {
    expect(validate(document)).toBe(false);
  });
});

describe('YAML in the guides', () => {
  test('there is some', () => {
    expect(snippets.length).toBeGreaterThan(5);
  });

  test.each(snippets)('%s loads and decides as its own tests say', (place, text) => {
    expect(failures(Policy.parse(text, { source: place }))).toEqual([]);
  });
});
