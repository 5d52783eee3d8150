import { afterAll, afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { runCli } from '../../src/cli/run-cli.js';
import { RegexPIIScanner } from '../../src/pii/regex-pii-scanner.js';
import { body } from '../pii/support.js';
import { FakeTerminal, root, type Run } from './run.js';

const folder = mkdtempSync(join(tmpdir(), 'mcp-governance-scan-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const EMAIL = 'bob@example.com';
const SSN = '123-45-6789';
const CARD = '4111111111111111';
const KEY = ['gh', 'p_', body(36)].join('');
const VALUES = [EMAIL, SSN, CARD, KEY];

/** Runs the command on a file with this content. */
async function scanned(content: string | Buffer, ...flags: string[]): Promise<Run> {
  return scanFile('input.txt', content, ...flags);
}

async function scanFile(name: string, content: string | Buffer, ...flags: string[]): Promise<Run> {
  writeFileSync(join(folder, name), content);
  return cli(join(folder, name), ...flags);
}

async function cli(...args: string[]): Promise<Run> {
  const terminal = new FakeTerminal();
  const status = await runCli(['scan', ...args], terminal);
  const strip = (text: string): string => text.replaceAll(`${folder}/`, '');
  return { status, stdout: strip(terminal.stdout), stderr: strip(terminal.stderr) };
}

/** The built program, with something piped into it. */
function piped(input: string, ...args: string[]): Promise<Run> {
  const child = spawn(process.execPath, [join(root, 'dist/cli/main.js'), 'scan', ...args], { timeout: 30_000 });
  const said: Record<'stdout' | 'stderr', Buffer[]> = { stdout: [], stderr: [] };
  child.stdout.on('data', (chunk: Buffer) => said.stdout.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => said.stderr.push(chunk));
  child.stdin.end(input);
  const text = (of: 'stdout' | 'stderr'): string => Buffer.concat(said[of]).toString();
  return new Promise((resolve) => {
    child.on('close', (status) => resolve({ status, stdout: text('stdout'), stderr: text('stderr') }));
  });
}

const plain = (text: string): string => text.replace(/<\/?(?:bold|dim|red|green|yellow|cyan)>/g, '');

describe('mcp-governance scan <file>', () => {
  test('shows place, type, category, confidence and what is around, and ends with 1', async () => {
    const { status, stdout, stderr } = await scanned(`to ${EMAIL} now\nline\n  ssn: ${SSN}, ${KEY}\n`);
    expect({ status, stderr }).toEqual({ status: 1, stderr: '' });
    const lines = plain(stdout).split('\n');
    expect(lines.slice(0, 3)).toEqual(
      [
        'input.txt:1:4  email       pii     0.90  to ##EMAIL## now',
        'input.txt:3:8  ssn         pii     0.90  ssn: ##SSN##, ##GITHUB_PAT##',
        'input.txt:3:21  github_pat  secret  0.97  ##SSN##, ##GITHUB_PAT##',
      ].map((line) => expect.stringMatching(lineLike(line))),
    );
    expect(lines[3]).toMatch(/^3 findings \(1 email, 1 ssn, 1 github_pat\) in 89 B, [\d.]+ ms$/);
  });

  test('ends with 0 where nothing is found, also in an empty file', async () => {
    expect(await scanned('nothing in here')).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/^no findings in 15 B, /),
    });
    expect(await scanned('')).toMatchObject({ status: 0, stdout: expect.stringMatching(/^no findings in 0 B, /) });
  });

  test('counts lines that end in CRLF, and columns without a byte order mark', async () => {
    const { stdout } = await scanned(`\ufeff${EMAIL}\r\n\r\n\t${EMAIL}`);
    expect(plain(stdout)).toMatch(/^input.txt:1:1 .*\ninput.txt:3:2 /);
  });

  test('finds everything of a long line and of many lines', async () => {
    const { stdout } = await scanned(`${EMAIL}, `.repeat(5_000) + `\n${EMAIL}`.repeat(5_000));
    expect(stdout).toContain('10000 findings (10000 email)');
    expect(plain(stdout)).toContain('input.txt:5001:1 ');
  });

  test('reads JSON as a value: places are paths, and a key says what its value is', async () => {
    const { status, stdout } = await scanned(`{"a": [{"password": "x7Kp2m9q"}], "${EMAIL}": ${CARD}, "n": 1}`);
    expect(status).toBe(1);
    expect(plain(stdout)).toContain('input.txt:$.a[0].password ');
    expect(plain(stdout)).toContain('input.txt:$["##EMAIL##"] (key) ');
    expect(plain(stdout)).toMatch(/input\.txt:\$\["##EMAIL##"\] +credit_card .*##CREDIT_CARD##\n/);
  });

  test.each([
    ['a member of that name', `{"password": "x7Kp2m9q"}`, 'lines.jsonl', [], 'lines.jsonl:1:15 '],
    ['--as text', `{"password": "x7Kp2m9q"}`, 'value.json', ['--as', 'text'], 'value.json:1:15 '],
    ['--as json', `"${EMAIL}"`, 'value.txt', ['--as', 'json'], 'value.txt:$ '],
    ['what only begins like JSON', `[note] ${EMAIL}`, 'note.txt', [], 'note.txt:1:8 '],
  ])('the form of the input: %s', async (_title, content, name, flags, place) => {
    expect(plain((await scanFile(name, content, ...flags)).stdout)).toContain(place);
  });

  test.each([
    ['a key that is there twice', `{"a": "${SSN}", "a": "x"}`, 'an object with the same key twice'],
    [
      'a number that would be rounded',
      `{"a": "${SSN}", "n": 12345678901234567890}`,
      'more digits than a number can keep',
    ],
    ['a depth that nobody walks', `${'['.repeat(20_000)}"${SSN}"${']'.repeat(20_000)}`, 'nested more than 500 deep'],
  ])('JSON that would not come back whole is read as text: %s', async (_title, content, reason) => {
    const { status, stdout, stderr } = await scanned(content, '--redact');
    expect({ status, stdout }).toEqual({ status: 0, stdout: content.replace(SSN, '##SSN##') });
    expect(stderr).toMatch(/^mcp-governance scan: input.txt: it /);
    expect(stderr).toContain(`${reason}, so it is scanned as text\n`);
  });
});

describe('nothing of a value is shown', () => {
  const crowded = VALUES.join(' ');

  test.each([
    ['for people', [] as string[]],
    ['as JSON', ['--json']],
    ['redacted', ['--redact']],
    ['where other types were asked for', ['--types', 'email']],
    ['where types were left out', ['--exclude', 'email,ssn']],
  ])('%s', async (title, flags) => {
    // Redaction leaves what was left out, as it is told to; only the masked output hides all of it.
    for (const content of [crowded, JSON.stringify({ all: crowded, [crowded]: 1, password: crowded })]) {
      const { stdout, stderr } = await scanned(content, ...flags);
      for (const value of VALUES) {
        for (const part of [value, value.slice(0, 6), value.slice(-6)])
          expect(`${title}${stdout}${stderr}`).not.toContain(part);
      }
    }
  });

  test('also not that of a type that was not asked for', async () => {
    for (const content of [`password="x7Kp2m9q" ${EMAIL}`, JSON.stringify([`password="x7Kp2m9q" ${EMAIL}`])]) {
      const { stdout } = await scanned(content, '--types', 'email');
      expect(plain(stdout)).toContain(' email ');
      expect(stdout).not.toContain('x7Kp');
    }
  });

  test.each([
    ['a value where the file belongs', [`my ssn is ${SSN}`]],
    ['a value among the types', ['--types', SSN, 'x']],
    ['a file that is no JSON', [join(folder, 'broken.json'), '--as', 'json']],
  ])('in errors: %s', async (_title, args) => {
    writeFileSync(join(folder, 'broken.json'), `${SSN} {`);
    const { status, stdout, stderr } = await cli(...args);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).not.toContain(SSN.slice(0, 6));
  });

  test('and the text around it does nothing to a terminal', async () => {
    const hostile = `\u001b]0;title\u0007\u001b[2J\u009b31m\u202e${EMAIL} \u001b[8m\u200b\u{e0041}\u0000\rx`;
    for (const content of [hostile, JSON.stringify({ [`a\u009b31m\u202e`]: hostile })]) {
      expect(plain((await scanned(content)).stdout)).not.toMatch(/[^\P{C}\n]/u);
    }
  });
});

describe('--redact', () => {
  test('prints the text with marks, and everything else as it was', async () => {
    expect(await scanned(`\ufeffto ${EMAIL}\r\n\tand ${SSN}\n`, '--redact')).toEqual({
      status: 0,
      stdout: '\ufeffto ##EMAIL##\r\n\tand ##SSN##\n',
      stderr: '',
    });
  });

  test('keeps JSON JSON, with its indentation', async () => {
    const value = { a: [EMAIL, 1.5], card: Number(CARD), [SSN]: true };
    for (const indent of [0, 2, '\t']) {
      const { status, stdout } = await scanned(`${JSON.stringify(value, null, indent)}\n`, '--redact');
      const redacted = { a: ['##EMAIL##', 1.5], card: 0, '##SSN##': true };
      expect({ status, stdout }).toEqual({ status: 0, stdout: `${JSON.stringify(redacted, null, indent)}\n` });
    }
  });

  test('leaves JSON without findings as it is written', async () => {
    const content = '{ "a" : 1.0,\n"b":[ ] }';
    expect((await scanned(content, '--redact')).stdout).toBe(content);
  });

  test('only redacts the types that were asked for', async () => {
    expect((await scanned(`${EMAIL} ${SSN}`, '--redact', '--types', 'ssn')).stdout).toBe(`${EMAIL} ##SSN##`);
  });
});

describe('--json', () => {
  test('prints one object, with places and without values', async () => {
    const { status, stdout, stderr } = await scanned(`\n x ${EMAIL}`, '--json');
    expect({ status, stderr }).toEqual({ status: 1, stderr: '' });
    expect(JSON.parse(stdout)).toEqual({
      input: 'input.txt',
      as: 'text',
      bytes: 19,
      milliseconds: expect.any(Number),
      findings: [{ type: 'email', category: 'pii', confidence: 0.9, line: 2, column: 4, start: 4, end: 19 }],
    });
  });

  test('has paths for JSON, and says where a key holds it', async () => {
    const { stdout } = await scanned(`{"a": ["to ${EMAIL}"], "${SSN}": 1}`, '--json');
    expect(JSON.parse(stdout).findings).toEqual([
      { type: 'email', category: 'pii', confidence: 0.9, path: '$.a[0]', in: 'value', start: 3, end: 18 },
      { type: 'ssn', category: 'pii', confidence: 0.9, path: '$["##SSN##"]', in: 'key', start: 0, end: 11 },
    ]);
  });

  test('ends with 0 and an empty list where nothing is found', async () => {
    const { status, stdout } = await scanned('[1, 2]', '--json');
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ as: 'json', findings: [] });
  });
});

describe('--types and --exclude', () => {
  test.each([
    [
      ['--types', 'email, ssn'],
      ['email', 'ssn'],
    ],
    [
      ['--exclude', 'email,ssn'],
      ['credit_card', 'github_pat'],
    ],
    [['--types', 'email,ssn', '--exclude', 'ssn'], ['email']],
  ])('%j', async (flags, types) => {
    const { stdout } = await scanned(VALUES.join('\n'), '--json', ...flags);
    expect(
      JSON.parse(stdout)
        .findings.map(({ type }: { type: string }) => type)
        .sort(),
    ).toEqual(types);
  });

  test('the help names every type', async () => {
    const { stdout } = await cli('--help');
    expect(RegexPIIScanner.types.filter((type) => !new RegExp(` ${type}\\b`).test(stdout))).toEqual([]);
  });
});

describe('what cannot be understood or read ends with 2 and says what to do', () => {
  test.each([
    [['--types', 'emial'], "--types: there is no type 'emial'. Did you mean 'email'?"],
    [['--exclude', ' ,'], '--exclude names no type'],
    [['--types', 'ssn', '--exclude', 'ssn'], '--types and --exclude leave no type to look for'],
    [['--as', 'xml'], "--as is text or json, not 'xml'"],
    [['--redact', '--json', 'x'], '--redact and --json exclude one another'],
    [['a', 'b'], 'one file at a time'],
    [['--redcat'], "Unknown option '--redcat'"],
  ])('%j', async (args, text) => {
    const { status, stdout, stderr } = await cli(...args);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toContain(text);
    expect(stderr).toContain('See mcp-governance scan --help.');
  });

  test('a missing file', async () => {
    const { status, stderr } = await cli(join(folder, 'gone.txt'));
    expect(status).toBe(2);
    expect(stderr).toBe(
      'mcp-governance scan: gone.txt: there is no such file. To scan a text, pipe it: echo "..." | mcp-governance scan\n',
    );
  });

  test('a directory', async () => {
    const { status, stderr } = await cli(folder);
    expect(status).toBe(2);
    expect(stderr).toContain('this is a directory. Scan its files: find ');
  });

  test.each([
    ['is not UTF-8', Buffer.from([0x61, 0xe9, 0x62]), 'it is not UTF-8 text'],
    ['is UTF-16', Buffer.from('\ufeffabc', 'utf16le'), 'it is UTF-16; convert it: iconv'],
  ])('a file that %s', async (_title, content, text) => {
    const { status, stdout, stderr } = await scanned(content);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toContain(`input.txt: ${text}`);
  });

  test('what is no JSON, with --as json', async () => {
    const { status, stderr } = await scanned('[1, 2', '--as', 'json');
    expect(status).toBe(2);
    expect(stderr).toMatch(/it is not JSON.*\. To scan it as text: --as text\n/);
  });

  describe('on a terminal', () => {
    const before = Object.getOwnPropertyDescriptor(process.stdin, 'isTTY');
    beforeEach(() => {
      Object.defineProperty(process.stdin, 'isTTY', { value: true, configurable: true });
    });
    afterEach(() => {
      if (before === undefined) Reflect.deleteProperty(process.stdin, 'isTTY');
      else Object.defineProperty(process.stdin, 'isTTY', before);
    });

    test.each([[[]], [['-']]])('nothing to read: %j', async (args) => {
      const { status, stderr } = await cli(...args);
      expect(status).toBe(2);
      expect(stderr).toContain('no file was given. Name one, or pipe text into it: git diff | mcp-governance scan');
    });
  });
});

describe('the built program', () => {
  test.each([[[]], [['-']]])('reads what is piped in, without colours: %j', async (args) => {
    const { status, stdout, stderr } = await piped(`to ${EMAIL}\n`, ...args);
    expect({ status, stderr }).toEqual({ status: 1, stderr: '' });
    expect(stdout).toMatch(
      /^stdin:1:4 {2}email {2}pii {5}0\.90 {2}to ##EMAIL##\n1 finding \(1 email\) in 19 B, [\d.]+ ms\n$/,
    );
  });

  test('redacts what is piped in, also characters that were cut between two chunks', async () => {
    const text = `${'é😀'.repeat(60_000)} ${EMAIL}`;
    const { status, stdout, stderr } = await piped(text, '--redact');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    // Not `toBe`: its message would be longer than anybody reads.
    expect(stdout === text.replace(EMAIL, '##EMAIL##')).toBe(true);
  });

  test('does not complain where nobody reads on', async () => {
    const file = join(folder, 'many.txt');
    writeFileSync(file, `${EMAIL}\n`.repeat(50_000));
    const child = spawn(process.execPath, [join(root, 'dist/cli/main.js'), 'scan', file], { timeout: 30_000 });
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
    child.stdout.once('data', () => child.stdout.destroy());
    const status = await new Promise((resolve) => child.on('close', resolve));
    expect({ status, said }).toEqual({ status: 0, said: '' });
  });
});

/** A line as a pattern; confidences are the detectors' own business. */
function lineLike(line: string): RegExp {
  return new RegExp(`^${line.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replace(/0\\\.\d\d/, '0\\.\\d\\d')}$`);
}

describe('what is shown around a finding', () => {
  const document = JSON.stringify({
    [EMAIL]: { list: ['--password', 'hunter2!x', `ssn ${SSN} mail ${EMAIL}`] },
    password: ['S3cr3t!pw', SSN],
  });

  test.each([
    ['all types'],
    ['ssn only', '--types', 'ssn'],
    ['ssn only, as JSON', '--types', 'ssn', '--json'],
    ['all but e-mail', '--exclude', 'email'],
    ['all but passwords', '--exclude', 'password,email'],
  ])('hides values of every type: %s', async (_, ...flags) => {
    const { stdout } = await scanFile('input.json', document, ...flags);
    expect(stdout).toContain('ssn');
    expect(VALUES.concat('hunter2', 'S3cr3t').filter((value) => stdout.includes(value))).toEqual([]);
  });

  test('hides all of a value that holds another', async () => {
    const url = `postgres://app:x${body(8)}@h.example.com/${EMAIL}`;
    const { stdout } = await scanned(`connection_secret="${url}${body(30)}" ssn ${SSN}`);
    expect(stdout).not.toContain(body(8));
  });
});
