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
    [['proxy', '--transport', 'sse', '--', 'node'], /--transport takes stdio or http/],
    [['proxy', '--transport', 'stdio', '--port', '1', '--', 'node'], /belong to --transport http/],
    [['proxy', '--port', '65536', '--', 'node'], /--port takes a number from 0 to 65535/],
    [['proxy', '--port', 'http', '--', 'node'], /--port takes a number/],
    [['proxy', '--token-env', 'ada=NO_SUCH_VARIABLE', '--', 'node'], /--token-env takes the name of an agent/],
    [['proxy', '--pins', 'off', '--on-pin-change', 'warn', '--', 'node'], /says nothing with --pins off/],
    [['proxy', '--on-pin-change', 'deny', '--', 'node'], /--on-pin-change takes warn, review or block/],
  ])('%j cannot be understood', async (argv, why) => {
    const { code, out, err } = await run(argv);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(why);
  });

  it.each([
    [['proxy', '--', '/nowhere/no-server'], /cannot be started: \/nowhere\/no-server \(ENOENT\)/],
    [['proxy', '--host', '0.0.0.0', '--', 'node'], /open to anybody who reaches 0\.0\.0\.0/],
    [['proxy', '--policy', '/nowhere/no-policy.yaml', '--', 'node'], /no-policy/],
  ])('%j fails, with nothing on standard output', async (argv, why) => {
    const { code, out, err } = await run(argv);
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toMatch(why);
  });
});
