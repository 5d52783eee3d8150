import { spawn as spawnPty } from '@lydell/node-pty';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import type { ApprovalRequest } from '../../../src/approval/approval.js';
import { approvalRequest, REFUSAL } from '../support.js';

const CHILD = join(dirname(fileURLToPath(import.meta.url)), 'prompt-child.mjs');
const QUESTION = 'Approve this operation? (y/n): ';
const PATIENCE_MS = 60_000;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'prompt-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

interface Asking {
  readonly requests?: readonly Partial<ApprovalRequest>[];
  readonly timeoutMs?: number;
}

function environment({ requests = [{}], timeoutMs }: Asking) {
  const error = { message: REFUSAL.message, policyResult: REFUSAL.policyResult };
  const shown = requests.map((each) => approvalRequest({ approvers: ['ops-team@company.com'], ...each }));
  const asking = JSON.stringify({ error, timeoutMs, requests: shown });
  return { ...process.env, ASKING: asking, ANSWERS: join(folder, 'answers.json') } as Record<string, string>;
}

const answers = () => JSON.parse(readFileSync(join(folder, 'answers.json'), 'utf8')) as unknown;

/** Asks at a real terminal; `keys` are pressed one after the other, each when the next question stands there. */
function askAtTerminal(asking: Asking, ...keys: string[]): Promise<{ screen: string; answers: unknown }> {
  const child = spawnPty(process.execPath, [CHILD], { env: environment(asking), cols: 100, rows: 40 });
  let screen = '';
  let asked = 0;
  child.onData((data) => {
    screen += data;
    // A prompt is drawn more than once: what counts is a question that has not been answered.
    const questions = screen.split('!! BLOCKED').length - 1;
    if (questions > asked && screen.lastIndexOf(QUESTION) > screen.lastIndexOf('!! BLOCKED')) {
      child.write(keys[asked] ?? '');
      asked += 1;
    }
  });
  return new Promise<void>((resolve) => {
    child.onExit(() => {
      resolve();
    });
  }).then(() => ({ screen, answers: answers() }));
}

describe('at a terminal', () => {
  test(
    'y approves, and everything there is to know stands there',
    async () => {
      const { screen, answers: said } = await askAtTerminal({}, 'y\r');
      expect(said).toEqual([{ approved: true }]);
      const lines = stripVTControlCharacters(screen).replaceAll('\r', '');
      expect(lines).toContain(
        [
          '!! BLOCKED BY APPROVAL POLICY',
          'Reason: File writes require approval',
          'Operation: write_file',
          'Server: filesystem',
          'Asked by: agent-1 for ann',
          'Arguments:',
          '  | {',
          '  |   "path": "/tmp/x"',
          '  | }',
          'Approvers: ops-team@company.com',
          'Timeout: 5 min',
          QUESTION,
        ].join('\n'),
      );
    },
    PATIENCE_MS,
  );

  test.each([
    ['n', 'n\r'],
    ['an empty line', '\r'],
    ['a word that begins with y', 'yesterday\r'],
    ['Ctrl-C', '\u0003'],
    ['Ctrl-D', '\u0004'],
  ])(
    '%s denies, and the process lives on',
    async (_, keys) => {
      expect((await askAtTerminal({}, keys)).answers).toEqual([{ approved: false }]);
    },
    PATIENCE_MS,
  );

  test(
    'when time runs out nobody is asked any longer',
    async () => {
      const { answers: said } = await askAtTerminal({ requests: [{}, {}], timeoutMs: 300 });
      expect(said).toEqual([{ approved: false }, { approved: false, timedOut: true }]);
    },
    PATIENCE_MS,
  );

  test(
    'several calls are asked about one after the other',
    async () => {
      const requests = ['first', 'second', 'third'].map((tool) => ({ tool }));
      const { screen, answers: said } = await askAtTerminal({ requests }, 'y\r', 'n\r', 'y\r');
      expect(said).toEqual([{ approved: true }, { approved: false }, { approved: true }]);
      expect(screen.match(/Operation: \w+/g)).toEqual(['Operation: first', 'Operation: second', 'Operation: third']);
    },
    PATIENCE_MS,
  );

  test(
    'hostile names and arguments neither steer the terminal nor pass for lines of ours',
    async () => {
      const request = {
        tool: '\u001b[2J\u001b]0;owned\u0007read_file\u202e',
        arguments: { path: `/etc\nOperation: read_file${' '.repeat(200)}Operation: other`, '\u200b': '\u009b2J' },
      };
      const { screen } = await askAtTerminal({ requests: [request] }, 'n\r');
      expect(screen).toContain('Operation: \\u{1b}[2J\\u{1b}]0;owned\\u{7}read_file\\u{202e}');
      expect(screen.slice(0, screen.indexOf('Approve'))).not.toMatch(/\u001b\]0|\u001b\[2J|\u202e|\u200b|\u009b/);
      const lines = stripVTControlCharacters(screen).split(/\r?\n/);
      expect(lines.filter((line) => line.startsWith('Operation: '))).toHaveLength(1);
      expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(100);
    },
    PATIENCE_MS,
  );

  test(
    'what is too long to be read is not asked about',
    async () => {
      const { answers: said } = await askAtTerminal({ requests: [{ arguments: { text: 'x'.repeat(20_000) } }] });
      expect(said).toEqual([{ cannotAsk: true, text: 'the arguments are too long to be shown to a person' }]);
    },
    PATIENCE_MS,
  );
});

test(
  'without a terminal it refuses, and standard output stays clean',
  async () => {
    const child = spawn(process.execPath, [CHILD], { env: environment({}), detached: true });
    let stdout = '';
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    await new Promise((resolve) => child.on('close', resolve));
    expect([stdout, answers()]).toEqual(['', [{ cannotAsk: true, text: 'there is no terminal' }]]);
  },
  PATIENCE_MS,
);
