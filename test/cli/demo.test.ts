import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { playDemo } from '../../src/cli/demo.js';
import { SCENARIO } from '../../src/cli/demo/scenario.js';
import { FakeTerminal, mcpGovernance, root, type Run } from './run.js';

const SERVER = join(root, 'dist/cli/demo/server.js');
const PATIENCE_MS = 30_000;

interface Line {
  readonly tool: string;
  readonly action: string;
  readonly reason: string;
  readonly outcome: string;
  readonly expected: string;
  readonly micros: number;
}

describe('mcp-governance demo --json', () => {
  let run: Run;
  let lines: Line[];
  beforeAll(async () => {
    run = await mcpGovernance(['demo', '--json']);
    lines = JSON.parse(run.stdout) as Line[];
  }, PATIENCE_MS);

  test('ends with 0 and prints data alone', () => {
    expect({ status: run.status, stderr: run.stderr }).toEqual({ status: 0, stderr: '' });
    expect(lines).toHaveLength(SCENARIO.length);
    for (const line of lines) {
      expect(Object.keys(line)).toEqual(['tool', 'action', 'reason', 'outcome', 'expected', 'micros']);
    }
  });

  test('every outcome is the expected one', () => {
    expect(lines.map(({ tool, outcome }) => [tool, outcome])).toEqual(
      SCENARIO.map(({ tool, expected }) => [tool, expected]),
    );
    expect(lines.filter(({ outcome, expected }) => outcome !== expected)).toEqual([]);
  });

  test('it shows every action, and every way to end but the unexpected', () => {
    expect([...new Set(lines.map(({ action }) => action))].sort()).toEqual([
      ...['allow', 'block', 'review', 'throttle', 'warn'],
    ]);
    expect([...new Set(lines.map(({ outcome }) => outcome))].sort()).toEqual([
      ...['allowed', 'approval_missing', 'approved', 'blocked', 'failed_closed', 'failed_open', 'pii_blocked'],
      ...['rate_limited', 'redacted', 'throttled', 'too_large', 'warned'],
    ]);
  });

  test('every line has a reason, and a time measured in the server: without the second of the throttled call', () => {
    for (const { reason, micros } of lines) {
      expect(reason).not.toBe('');
      expect(micros).toBeGreaterThan(0);
      expect(micros).toBeLessThan(900_000);
    }
  });

  test('no value that was withheld is printed', () => {
    const withheld = SCENARIO.flatMap((call) => call.withheld ?? []);
    expect(withheld.length).toBeGreaterThan(0);
    expect(withheld.filter((value) => run.stdout.includes(value))).toEqual([]);
  });
});

describe('the demo for people', () => {
  const terminal = new FakeTerminal();
  let status = -1;
  beforeAll(async () => {
    status = await playDemo(terminal, false, SERVER);
  }, PATIENCE_MS);

  test('shows each call with what was decided and why, and the two lines of code', () => {
    expect({ status, stderr: terminal.stderr }).toEqual({ status: 0, stderr: '' });
    for (const { tool, about } of SCENARIO) {
      expect(terminal.stdout).toContain(tool);
      expect(terminal.stdout).toContain(about);
    }
    expect(terminal.stdout).toContain(`${SCENARIO.length} of ${SCENARIO.length} calls ended as they should.`);
    expect(terminal.stdout).toContain("import { FastMCP } from 'mcp-governance/fastmcp';");
    expect(terminal.stdout).toContain('server.addMiddleware(new GovernanceMiddleware({ toolConfigs }));');
  });

  test('colours what went through, what was changed and what was refused', () => {
    expect(terminal.stdout).toMatch(/<green>allowed +<\/green>/);
    expect(terminal.stdout).toMatch(/<yellow>redacted +<\/yellow>/);
    expect(terminal.stdout).toMatch(/<red>blocked +<\/red>/);
  });

  test('fits in 100 columns', () => {
    const plain = terminal.stdout.replace(/<\/?(bold|dim|red|green|yellow|cyan)>/g, '');
    expect(plain.split('\n').filter((line) => line.length > 100)).toEqual([]);
  });

  test(
    'is plain where nobody sees colours',
    async () => {
      const run = await mcpGovernance(['demo']);
      expect(run.status).toBe(0);
      expect(run.stdout).not.toContain('\u001b');
    },
    PATIENCE_MS,
  );
});

describe('a demo that goes wrong', () => {
  test(
    'ends with 1 and shows what the server said',
    async () => {
      const terminal = new FakeTerminal();
      const gone = join(root, 'dist/cli/demo/no-such-server.js');
      await expect(playDemo(terminal, true, gone)).rejects.toThrow(/server did not start[\s\S]*no-such-server/);
      expect(terminal.stdout).toBe('');
    },
    PATIENCE_MS,
  );

  test(
    'a server whose parent is gone ends',
    async () => {
      const child: ChildProcess = fork(SERVER, ['documents'], { silent: true, execArgv: [] });
      const ended = once(child, 'exit');
      child.disconnect();
      expect(await ended).toEqual([0, null]);
    },
    PATIENCE_MS,
  );
});

describe('without the hosts', () => {
  const folder = mkdtempSync(join(tmpdir(), 'mcp-governance-no-hosts-'));
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    dependencies: Record<string, string>;
  };

  beforeAll(() => {
    cpSync(join(root, 'dist'), join(folder, 'dist'), { recursive: true });
    cpSync(join(root, 'package.json'), join(folder, 'package.json'));
    for (const name of Object.keys(manifest.dependencies)) {
      const link = join(folder, 'node_modules', name);
      mkdirSync(dirname(link), { recursive: true });
      symlinkSync(join(root, 'node_modules', name), link);
    }
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('the demo names what to install and ends with 1', async () => {
    const run = await mcpGovernance(['demo'], join(folder, 'dist/cli/main.js'));
    expect(run).toEqual({
      status: 1,
      stdout: '',
      stderr: 'The demo needs fastmcp and @modelcontextprotocol/sdk: npm i fastmcp @modelcontextprotocol/sdk zod\n',
    });
  });

  test('policy init and lint name what to install before they start anything', async () => {
    const main = join(folder, 'dist/cli/main.js');
    const policy = join(root, 'examples/policies/git.yaml');
    for (const args of [
      ['init', '--', 'no-such-program'],
      ['init', '--url', 'http://127.0.0.1:1/mcp'],
      ['lint', policy, '--', 'no-such-program'],
    ]) {
      const run = await mcpGovernance(['policy', ...args], main);
      const stderr = 'To ask a server, install the MCP SDK: npm i @modelcontextprotocol/sdk\n';
      expect(run).toEqual({ status: 2, stdout: '', stderr });
    }
    expect(await mcpGovernance(['policy', 'lint', policy], main)).toMatchObject({ status: 0 });
  });
});
