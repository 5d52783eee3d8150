import { spawn as spawnPty } from '@lydell/node-pty';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const examples = readdirSync(join(root, 'examples')).filter((file) => file.endsWith('.ts'));
const PATIENCE_MS = 30_000;

interface Run {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program with plain node, as a user would, but with no terminal: nobody is there to be asked. */
function run(file: string): Promise<Run> {
  const options = { cwd: root, timeout: PATIENCE_MS, env: userEnvironment(), detached: true };
  const child = spawn(process.execPath, [file], options);
  const said = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk: Buffer) => (said.stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (said.stderr += chunk.toString()));
  return new Promise((resolve) => child.on('close', (status) => resolve({ status, ...said })));
}

/** Runs a program at a real terminal and presses a key when it asks; everything that stood on the screen. */
function runAtTerminal(file: string, key: string): Promise<{ readonly status: number; readonly screen: string }> {
  const env = userEnvironment() as Record<string, string>;
  const child = spawnPty(process.execPath, [file], { cwd: root, env, cols: 200, rows: 50 });
  let screen = '';
  let asked = false;
  child.onData((data) => {
    screen += data;
    if (asked || !screen.includes('Approve this operation? (y/n): ')) return;
    asked = true;
    child.write(key);
  });
  return new Promise((resolve) => {
    child.onExit(({ exitCode: status }) => {
      resolve({ status, screen });
    });
  });
}

function userEnvironment(): NodeJS.ProcessEnv {
  const own = /^(MCP_GOVERNANCE|WAXELL)_|^NODE_OPTIONS$/;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !own.test(name)));
}

describe('examples', () => {
  // Inside the repository, so that node finds the built package under its own name and the hosts beside it.
  const cache = join(root, '.cache/examples');
  let folder = '';

  beforeAll(() => {
    if (!existsSync(join(root, 'dist/index.js'))) throw new Error('The examples run on dist/: npm run build');
    mkdirSync(cache, { recursive: true });
    folder = mkdtempSync(join(cache, 'run-'));
    // Node 20 can neither strip types nor run decorators.
    const compilerOptions = { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext };
    for (const file of examples) {
      const { outputText } = ts.transpileModule(readFileSync(join(root, 'examples', file), 'utf8'), {
        compilerOptions,
      });
      writeFileSync(join(folder, file.replace(/\.ts$/, '.js')), outputText);
    }
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('there are those that the documentation names', () => {
    const named = [
      'fastmcp-server',
      'sdk1-server',
      'sdk2-server',
      'decorated-class',
      'own-middleware',
      'own-scanner',
      'own-detectors',
      'govern-a-client',
      'terminal-approval',
      'approvals',
      'webhook-approval',
    ];
    expect(examples).toEqual(
      expect.arrayContaining([...named, 'opentelemetry', 'redis-limits'].map((name) => `${name}.ts`)),
    );
  });

  test.each(examples)(
    '%s runs and asserts by itself',
    async (file) => {
      const { status, stdout, stderr } = await run(join(folder, file.replace(/\.ts$/, '.js')));
      expect({ status, stderr: status === 0 ? '' : stderr }).toEqual({ status: 0, stderr: '' });
      if (stdout.startsWith('skipped: ')) {
        // CI has every service: an example that does not run there proves nothing.
        if (process.env['CI']) throw new Error(`${file} ${stdout}`);
        console.warn(`${file} ${stdout.trimEnd()}`);
        return;
      }
      expect(stdout).toMatch(/^(?:.+\n)*ok: .+\n$/);
    },
    PATIENCE_MS,
  );

  test.each([
    ['y\r', 'you approved, and the file was written'],
    ['n\r', 'you denied, and nothing was written'],
    ['\u0003', 'you denied, and nothing was written'],
  ])(
    'terminal-approval.ts asks at a real terminal before the real filesystem server is asked: %j',
    async (key, said) => {
      const { status, screen } = await runAtTerminal(join(folder, 'terminal-approval.js'), key);
      expect(screen).toContain('!! BLOCKED BY APPROVAL POLICY');
      expect(screen).toContain('Operation: write_file');
      expect(screen).toContain('"content": "Hello from a governed agent!"');
      expect(screen).toContain(`ok: ${said}`);
      expect(status).toBe(0);
    },
    PATIENCE_MS,
  );
});
