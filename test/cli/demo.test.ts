import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { setTimeout as pause } from 'node:timers/promises';
import { playDemo } from '../../src/cli/demo.js';
import { SCENARIO } from '../../src/cli/demo/scenario.js';
import { FakeTerminal, mcpGovernance, root, type Run } from './run.js';

const SERVER = join(root, 'dist/cli/demo/server.js');
const PATIENCE_MS = 60_000;

/** The calls of the server that is connected to a controlplane. */
const CONNECTED = [
  ['write_file', 'allowed'],
  ['write_file', 'blocked'],
  ['move_file', 'approved'],
  ['move_file', 'denied'],
  ['delete_file', 'blocked'],
  ['write_file', 'blocked'],
  ['read_file', 'allowed'],
] as const;
const CALLS = SCENARIO.length + CONNECTED.length;

interface Line {
  readonly tool: string;
  readonly action: string;
  readonly reason: string;
  readonly outcome: string;
  readonly expected: string;
  readonly micros: number;
}

describe('mcp-governance demo --json', () => {
  const folder = mkdtempSync(join(tmpdir(), 'mcp-governance-demo-test-'));
  let run: Run;
  let lines: Line[];
  beforeAll(async () => {
    const env = {
      ...process.env,
      TMPDIR: folder,
      HOME: folder,
      XDG_STATE_HOME: folder,
      WAXELL_API_KEY: 'wax_sk_other',
    };
    run = await mcpGovernance(['demo', '--json'], undefined, env);
    lines = JSON.parse(run.stdout) as Line[];
  }, PATIENCE_MS);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('ends with 0 and prints data alone', () => {
    expect({ status: run.status, stderr: run.stderr }).toEqual({ status: 0, stderr: '' });
    expect(lines).toHaveLength(CALLS);
    for (const line of lines) {
      expect(Object.keys(line)).toEqual(['tool', 'action', 'reason', 'outcome', 'expected', 'micros']);
    }
  });

  test('every outcome is the expected one', () => {
    expect(lines.map(({ tool, outcome }) => [tool, outcome])).toEqual([
      ...SCENARIO.map(({ tool, expected }) => [tool, expected]),
      ...CONNECTED,
    ]);
    expect(lines.filter(({ outcome, expected }) => outcome !== expected)).toEqual([]);
  });

  test('it shows every action, and every way to end but the unexpected', () => {
    expect([...new Set(lines.map(({ action }) => action))].sort()).toEqual([
      ...['allow', 'block', 'review', 'throttle', 'warn'],
    ]);
    expect([...new Set(lines.map(({ outcome }) => outcome))].sort()).toEqual([
      ...['allowed', 'approval_missing', 'approved', 'blocked', 'denied', 'failed_closed', 'failed_open'],
      ...['pii_blocked', 'rate_limited', 'redacted', 'throttled', 'too_large', 'warned'],
    ]);
  });

  test('every line has a reason, and a time measured in the server: without the second of the throttled call', () => {
    for (const { reason, micros } of lines) {
      expect(reason).not.toBe('');
      expect(micros).toBeGreaterThan(0);
      expect(micros).toBeLessThan(900_000);
    }
  });

  test('what the controlplane says is what is decided, also when it is away', () => {
    const reasons = lines.slice(SCENARIO.length).map(({ reason }) => reason);
    expect(reasons[1]).toContain('File writes require approval');
    expect(reasons.slice(2, 4)).toEqual(['approved by ada', 'denied by ada']);
    expect(reasons[4]).toContain('delete_file says block');
    expect(reasons[5]).toBe(reasons[1]);
  });

  test('nothing is left behind, neither among the temporary files nor where state is kept', () => {
    expect(readdirSync(folder)).toEqual([]);
  });

  test('no value that was withheld is printed', () => {
    const withheld = SCENARIO.flatMap((call) => call.withheld ?? []);
    expect(withheld.length).toBeGreaterThan(0);
    expect(withheld.filter((value) => run.stdout.includes(value))).toEqual([]);
  });
});

function withoutStyles(text: string): string {
  return text.replace(/<\/?(bold|dim|red|green|yellow|cyan)>/g, '');
}

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
    expect(terminal.stdout).toContain(`${CALLS} of ${CALLS} calls ended as they should.`);
    expect(terminal.stdout).toContain("import { FastMCP } from 'mcp-governance/fastmcp';");
    expect(terminal.stdout).toContain('server.addMiddleware(new GovernanceMiddleware({ toolConfigs }));');
  });

  test('shows each change with its request, how soon it was in force, who decided, and the record', () => {
    const plain = withoutStyles(terminal.stdout);
    expect(plain).toMatch(/curl -X POST http:\/\/127\.0\.0\.1:\d+\/waxell\/v1\/policies\/ \\/);
    expect(plain).toMatch(/201: revision 1, in force in the running server \d+ ms after it was sent\./);
    expect(plain).toMatch(
      /POST \/api\/v1\/approvals\/[0-9a-f-]{36}\/decision \{"approved": true\}\n {4}200: approved by ada\./,
    );
    expect(plain).toContain(
      '200: 7 of 7 calls are on record once, 2 of them made while it was away; the chain is whole.',
    );
    expect(plain).toContain('npx mcp-governance controlplane');
    expect(plain).not.toMatch(/wax_sk_\w/);
  });

  test('colours what went through, what was changed and what was refused', () => {
    expect(terminal.stdout).toMatch(/<green>allowed +<\/green>/);
    expect(terminal.stdout).toMatch(/<yellow>redacted +<\/yellow>/);
    expect(terminal.stdout).toMatch(/<red>blocked +<\/red>/);
  });

  test('fits in 100 columns', () => {
    expect(
      withoutStyles(terminal.stdout)
        .split('\n')
        .filter((line) => line.length > 100),
    ).toEqual([]);
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
    'told to end, it leaves no file behind',
    async () => {
      const folder = mkdtempSync(join(tmpdir(), 'mcp-governance-demo-test-'));
      const env = { ...process.env, TMPDIR: folder };
      const child = spawn(process.execPath, [join(root, 'dist/cli/main.js'), 'demo'], { env, stdio: 'ignore' });
      const closed = once(child, 'close');
      // The connected server has its policies, and keeps them on disk.
      const isConnected = (): boolean =>
        readdirSync(folder, { recursive: true, encoding: 'utf8' }).some((path) => /snapshot-\w+\.json$/.test(path));
      while (!isConnected() && child.exitCode === null) await pause(20);
      child.kill('SIGTERM');
      expect(await closed).toEqual([null, 'SIGTERM']);
      expect(readdirSync(folder)).toEqual([]);
      rmSync(folder, { recursive: true, force: true });
    },
    PATIENCE_MS,
  );

  test.each(['documents', 'payments', 'filesystem'])(
    'the %s server ends when its parent is gone',
    async (name) => {
      const child: ChildProcess = fork(SERVER, [name], { silent: true, execArgv: [] });
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
