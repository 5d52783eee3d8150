import { describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { COMMANDS } from '../../src/cli/commands.js';
import { runCli } from '../../src/cli/run-cli.js';
import { painter } from '../../src/cli/terminal.js';
import { FakeTerminal, mcpGovernance, root } from './run.js';

const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };

async function cli(...argv: string[]) {
  const terminal = new FakeTerminal();
  const status = await runCli(argv, terminal);
  return { status, stdout: terminal.stdout, stderr: terminal.stderr };
}

describe('the command line', () => {
  test.each([[], ['--help'], ['-h'], ['help']])('%s lists commands and exit codes', async (...argv) => {
    const { status, stdout, stderr } = await cli(...argv);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    for (const { name, summary } of COMMANDS) expect(stdout).toContain(`  ${name.padEnd(14)}${summary}`);
    expect(stdout).toMatch(/Exit codes:\n {2}0 .*\n {2}1 .*\n {2}2 /);
  });

  test.each([[['demo', '--help']], [['demo', '-h']], [['help', 'demo']]])('%j explains one command', async (argv) => {
    const { status, stdout } = await cli(...argv);
    expect(status).toBe(0);
    expect(stdout).toContain('Usage: mcp-governance demo [--json]');
    expect(stdout).toContain('Exit codes:');
  });

  test('no line of help is wider than a terminal', async () => {
    const texts = [(await cli('--help')).stdout, ...COMMANDS.map(({ help }) => help)];
    expect(texts.flatMap((text) => text.split('\n')).filter((line) => line.length > 110)).toEqual([]);
  });

  test.each(['--version', '-v'])('%s prints the version of the package', async (flag) => {
    expect(await cli(flag)).toEqual({ status: 0, stdout: `${manifest.version}\n`, stderr: '' });
  });

  test.each([
    ['dmeo', "unknown command 'dmeo'. Did you mean 'demo'?"],
    ['--verson', "unknown option '--verson'. Did you mean '--version'?"],
    ['orchestrate', "unknown command 'orchestrate'."],
    ['__proto__', "unknown command '__proto__'."],
  ])('%s ends with 2 and says what to do', async (word, text) => {
    const { status, stdout, stderr } = await cli(word);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toBe(`mcp-governance: ${text}\nSee mcp-governance --help.\n`);
  });

  test.each([
    [['demo', '--jsn'], "Unknown option '--jsn'. Did you mean '--json'?"],
    [['demo', '--json=1'], "Option '--json' does not take an argument"],
    [['demo', 'again'], "Unexpected argument 'again'. This command does not take positional arguments"],
  ])('%j ends with 2 and names the command', async (argv, text) => {
    const { status, stdout, stderr } = await cli(...argv);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toContain(text);
    expect(stderr).toContain('See mcp-governance demo --help.');
  });

  test('the built program says the same', async () => {
    const [version, help, unknown] = await Promise.all([
      mcpGovernance(['--version']),
      mcpGovernance(['--help']),
      mcpGovernance(['dmeo']),
    ]);
    expect(version).toEqual(await cli('--version'));
    expect(help).toEqual(await cli('--help'));
    expect(unknown).toEqual(await cli('dmeo'));
  });
});

describe('painter', () => {
  test('writes colours or leaves texts as they are', () => {
    expect(painter(true)('red', 'no')).toBe('\u001b[31mno\u001b[39m');
    expect(painter(true)('red', '')).toBe('');
    expect(painter(false)('red', 'no')).toBe('no');
  });
});
