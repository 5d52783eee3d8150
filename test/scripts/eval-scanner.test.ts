import { afterAll, describe, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { body } from '../pii/support.js';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const folder = mkdtempSync(join(tmpdir(), 'mcp-governance-eval-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const KEY = ['gh', 'p_', body(36)].join('');

/** One address found and one too many, one number of a person found, one telephone number missed. */
const PERSONAL = [
  { text: 'Write to ann@example.com', entities: [{ type: 'EMAIL_ADDRESS', start: 9, end: 24 }] },
  {
    text: 'Ann has SSN 123-45-6789',
    entities: [
      { type: 'PERSON', start: 0, end: 3 },
      { type: 'US_SSN', start: 12, end: 23 },
    ],
  },
  { text: 'Write to bob@example.com', entities: [], target: 'EMAIL_ADDRESS' },
  { text: 'Call five five five, one two', entities: [{ type: 'PHONE_NUMBER', start: 5, end: 28 }] },
  { text: 'Nothing in here', entities: [] },
];
/** A key found, whatever the scanner calls it. */
const SECRET = { text: `use ${KEY} now`, entities: [{ type: 'SECRET', start: 4, end: 4 + KEY.length }] };

/** Writes a labelled file and gives its name. */
function labelled(name: string, rows: readonly unknown[], pack: (text: string) => string | Buffer = (text) => text) {
  const file = join(folder, name);
  writeFileSync(file, pack(rows.map((row) => (typeof row === 'string' ? row : JSON.stringify(row))).join('\n')));
  return file;
}

function evaluate(...args: string[]) {
  const script = join(root, 'scripts/eval-scanner.mjs');
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, '--dist', join(root, 'dist'), ...args], {
    encoding: 'utf8',
    timeout: 30_000,
  });
  return { status, stdout, stderr };
}

describe('eval:scanner', () => {
  test('counts what was found, what was missed and what is none', () => {
    const { status, stdout } = evaluate('--json', labelled('personal.jsonl', PERSONAL));
    expect(status).toBe(0);
    const [report] = JSON.parse(stdout);
    expect(report).toMatchObject({ file: 'personal.jsonl', texts: 5 });
    expect(report.types).toMatchObject({
      email: { tp: 1, fp: 1, fn: 0, precision: 0.5, recall: 1 },
      ssn: { tp: 1, fp: 0, fn: 0, f1: 1 },
      phone: { tp: 0, fp: 0, fn: 1, f1: 0 },
    });
    expect(report.types.email.f1).toBeCloseTo(2 / 3);
    expect(report.macroF1).toBeCloseTo((2 / 3 + 1 + 0) / 3);
    expect(report.microF1).toBeCloseTo((2 * 2) / (2 * 2 + 1 + 1));
    expect(report.withoutEntities).toEqual({ texts: 2, findingsPer1000: 500, types: { email: 1 } });
  });

  test('takes any type of secret for a secret, and does not count what nobody has labelled', () => {
    const personal = { text: 'ann@example.com', entities: [] };
    const [report] = JSON.parse(evaluate('--json', labelled('secrets.jsonl', [SECRET, personal])).stdout);
    expect(report.types).toEqual({ secret: { tp: 1, fp: 0, fn: 0, precision: 1, recall: 1, f1: 1 } });
  });

  test('scores both where both have labels, and everything where nothing has', () => {
    const [both] = JSON.parse(evaluate('--json', labelled('both.jsonl', [...PERSONAL, SECRET])).stdout);
    expect(both.types).toMatchObject({ email: { tp: 1, fp: 1 }, secret: { tp: 1, fp: 0, fn: 0 } });
    const [none] = JSON.parse(evaluate('--json', labelled('none.jsonl', [{ ...SECRET, entities: [] }])).stdout);
    expect(none.types.secret).toMatchObject({ tp: 0, fp: 1, fn: 0 });
  });

  test('prints lines for people, of gzipped files as well', () => {
    const packed = labelled('personal.jsonl.gz', PERSONAL, gzipSync);
    const { status, stdout } = evaluate(packed, labelled('again.jsonl', [SECRET]), '--misses', '5');
    expect(status).toBe(0);
    expect(stdout).toMatch(/personal\.jsonl\.gz: 5 texts, \d+ MB\/s\n/);
    expect(stdout).toMatch(/email +precision 0\.500 {2}recall 1\.000 {2}F1 0\.667 {2}\(1 found, 1 wrong, 0 missed\)\n/);
    expect(stdout).toContain('macro F1 0.556, micro F1 0.667\n');
    expect(stdout).toContain('500.0 findings per 1,000 of 2 texts without entities: 1 email\n');
    expect(stdout).toContain('missed PHONE_NUMBER: "Call ⟦five five five, one two⟧"'.replace('PHONE_NUMBER', 'phone'));
    expect(stdout).toContain('wrong email (EMAIL_ADDRESS): "Write to ⟦bob@example.com⟧"\n');
    expect(stdout).toMatch(/again\.jsonl: 1 texts/);
  });

  test('explains itself', () => {
    expect(evaluate('--help')).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/^Usage: npm run eval:scanner/),
    });
  });

  test.each([
    ['no file', [], 'name at least one file'],
    ['an unknown option', ['--mises'], "Unknown option '--mises'"],
    ['a number that is none', ['--misses', 'all', 'x'], '--misses takes a number'],
    ['a missing file', [join(folder, 'gone.jsonl')], 'gone.jsonl cannot be read: ENOENT'],
    ['a line that is not JSON', [labelled('broken.jsonl', [SECRET, '', '{"text"'])], 'broken.jsonl:3 is not JSON'],
    ['a line without entities', [labelled('bare.jsonl', [{ text: 'a' }])], 'bare.jsonl:1 must have "text"'],
    [
      'an entity without a place',
      [labelled('loose.jsonl', [{ text: 'a', entities: [{ type: 'SECRET' }] }])],
      ':1 must',
    ],
    ['a build that is none', ['--dist', folder, 'x'], 'is no build of this package'],
  ])('ends with 2 and says why: %s', (_title, args, text) => {
    const { status, stdout, stderr } = evaluate(...args);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toContain(text);
    expect(stderr).toContain('See npm run eval:scanner -- --help.');
  });
});
