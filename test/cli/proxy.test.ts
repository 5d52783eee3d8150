import { describe, expect, it } from '@jest/globals';
import { runCli } from '../../src/cli/run-cli.js';
import { FakeTerminal } from './run.js';

async function run(argv: readonly string[]) {
  const terminal = new FakeTerminal();
  const code = await runCli(argv, terminal);
  return { code, out: terminal.stdout, err: terminal.stderr };
}

describe('mcp-governance proxy', () => {
  it('says what it does', async () => {
    const { code, out } = await run(['proxy', '--help']);
    expect(code).toBe(0);
    expect(out).toContain('Usage: mcp-governance proxy');
  });

  it.each([
    [['proxy'], /the command of the server is missing/],
    [['proxy', '--'], /the command of the server is missing/],
    [['proxy', '--polcy', 'x', '--', 'node'], /--policy/],
    [['proxy', '--approve', 'me', '--', 'node'], /--approve takes elicit, inbox or none/],
    [['proxy', '--fail-open', 'maybe', '--', 'node'], /--fail-open takes true or false/],
  ])('%j cannot be understood', async (argv, why) => {
    const { code, out, err } = await run(argv);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(why);
  });

  it.each([
    [['proxy', '--', '/nowhere/no-server'], /cannot be started: \/nowhere\/no-server \(ENOENT\)/],
    [['proxy', '--policy', '/nowhere/no-policy.yaml', '--', 'node'], /no-policy/],
  ])('%j fails, with nothing on standard output', async (argv, why) => {
    const { code, out, err } = await run(argv);
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toMatch(why);
  });
});
