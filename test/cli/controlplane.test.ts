import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import Database from 'libsql';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCli } from '../../src/cli/run-cli.js';
import { CONTROLPLANE_COMMANDS } from '../../src/cli/controlplane.js';
import { eventOf } from '../controlplane/audit/event.js';
import { asker, startService } from '../controlplane/service.js';
import { FakeTerminal } from './run.js';

const folder = mkdtempSync(join(tmpdir(), 'mcp-governance-cli-'));
const file = (name: string): string => join(folder, name);
const url = `file:${file('controlplane.db')}`;
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function run(...args: string[]): Promise<{ status: number; out: string; err: string }> {
  const terminal = new FakeTerminal();
  const status = await runCli(['controlplane', ...args], terminal);
  return { status, out: terminal.stdout, err: terminal.stderr };
}
const at = (...args: string[]): ReturnType<typeof run> => run(...args, '--database-url', url);

describe('the command line of a controlplane', () => {
  beforeAll(async () => {
    const service = await startService(url);
    await service.ask('PUT', '/api/v1/policy-document', { text: '# why\nrules: []\n' });
    await service.ask('POST', '/api/v1/audit', { events: [eventOf(), eventOf(), eventOf({ tool: 'read_file' })] });
    await service.stop();
  });

  test.each([[[]], ...CONTROLPLANE_COMMANDS.map(({ name }) => [[name]])])(
    '%j --help says what it does',
    async (words) => {
      const { status, out, err } = await run(...words, '--help');
      expect([status, err]).toEqual([0, '']);
      expect(out).toContain(`Usage: mcp-governance controlplane ${words.join(' ')}`.trim());
      expect(out).toMatch(/Exit codes:\n {2}0 .*\n {2}1 .*\n {2}2 /);
      expect(out.split('\n').filter((line) => line.length > 110)).toEqual([]);
    },
  );

  test.each([
    [['keyz'], "unknown controlplane command 'keyz'. Did you mean 'keys'?"],
    [['--prt', '1'], "Unknown option '--prt'. Did you mean '--port'?"],
    [['--port', '99999'], '--port must be a number from 0 to 65535'],
    [['--log-level', 'loud'], '--log-level must be debug, info, warn, error or silent'],
    [['--audit-days', '-1'], "Option '--audit-days' argument is ambiguous"],
    [['--audit-days', 'ten'], '--audit-days must be a number of days, at most 36500'],
    [['keys'], 'say what to do with keys: create, list, revoke'],
    [['keys', 'crate'], "unknown keys command 'crate'. Did you mean 'create'?"],
    [['keys', 'create', '--name', 'x'], '--role must be one of agent, viewer, approver, editor, admin'],
    [['keys', 'create', '--role', 'root', '--name', 'x'], '--role must be one of'],
    [['keys', 'create', '--role', 'agent'], '--name is missing: say whose key it is'],
    [['keys', 'create', '--role', 'agent', '--name', 'a\u001b[31m'], '--name must be one line'],
    [['keys', 'revoke'], 'name the id of one key: see `keys list`'],
    [['import'], 'no file was named: give what `export` wrote'],
    [['import', 'a', 'b'], 'one file at a time'],
    [['import', '/nothing/there'], '/nothing/there cannot be read'],
    [['prune'], 'say what is old: --audit-days, --approval-days or both'],
    [['replay', 'package.json', '--limit', '0'], '--limit must be a number from 1 to 10000'],
  ])('%j ends with 2 and says what to do', async (words, text) => {
    const { status, out, err } = await run(...words);
    expect([status, out]).toEqual([2, '']);
    expect(err).toContain(text);
  });

  test('keys are made, shown once, listed and revoked', async () => {
    const made = await at('keys', 'create', '--role', 'editor', '--name', 'ann');
    expect([made.status, made.out]).toEqual([0, expect.stringMatching(/^wax_sk_[\w-]{43}\n$/)]);
    const json = JSON.parse((await at('keys', 'create', '--role', 'agent', '--name', 'door', '--json')).out);
    expect(Object.keys(json)).toEqual(['id', 'key', 'role']);
    const listed = (await at('keys', 'list')).out;
    expect(listed).toMatch(/editor {4}ann +last used never/);
    expect(listed).not.toContain('wax_sk_');
    const service = await startService(url);
    const door = asker(service.url, { 'x-wax-key': json.key });
    expect((await door('GET', '/api/v1/session')).body).toMatchObject({ name: 'door', role: 'agent' });
    expect((await at('keys', 'revoke', json.id)).status).toBe(0);
    const deadline = Date.now() + 3000;
    while ((await door('GET', '/api/v1/session')).status !== 401) expect(Date.now()).toBeLessThan(deadline);
    await service.stop();
    expect((await at('keys', 'revoke', 'nothing')).status).toBe(1);
    const { keys } = JSON.parse((await at('keys', 'list', '--json')).out);
    expect(keys.find(({ id }: { id: string }) => id === json.id).revoked_at).toMatch(/^20/);
  });

  test('what only reads makes no tables in a database that is not the service’s', async () => {
    const other = file('other-program.db');
    const database = new Database(other);
    database.exec('CREATE TABLE theirs (id INTEGER)');
    database.close();
    const before = readFileSync(other);
    for (const words of [['keys', 'list'], ['keys', 'revoke', 'x'], ['export'], ['prune', '--audit-days', '30']]) {
      const { err, status } = await run(...words, '--database-url', `file:${other}`);
      expect([status, err]).toEqual([1, expect.stringContaining('No controlplane keeps its data there')]);
    }
    expect(readFileSync(other).equals(before)).toBe(true);
    writeFileSync(file('no.db'), 'x'.repeat(2000));
    expect((await run('keys', 'list', '--database-url', `file:${file('no.db')}`)).err).toContain('No controlplane');
  });

  test('export and import lead from one database to another', async () => {
    const { status, out } = await at('export');
    expect([status, out]).toEqual([0, expect.stringContaining('  # why\n')]);
    expect((await at('export', '-o', file('p.yaml'))).err).toBe(`Wrote the policies to ${file('p.yaml')}.\n`);
    expect(statSync(file('p.yaml')).mode & 0o777).toBe(0o600);
    expect(readFileSync(file('p.yaml'), 'utf8')).toBe(out);
    const other = ['--database-url', `file:${file('other.db')}`];
    expect((await run('import', file('p.yaml'), ...other)).out).toBe(
      '1 created, 0 changed, 0 deleted, 0 as they were\n',
    );
    expect((await run('export', ...other)).out).toBe(out);
    writeFileSync(file('bad.yaml'), out.replace('rules: []', 'ruels: []'));
    const bad = await run('import', file('bad.yaml'), ...other);
    expect([bad.status, bad.out]).toEqual([1, '']);
    expect(bad.err).toContain("unknown key 'ruels'");
  });

  test('replay says what a draft would have done to recorded calls', async () => {
    writeFileSync(file('draft.yaml'), 'rules:\n  - { name: no_writes, match: { tool: "write_*" }, action: block }\n');
    const { status, out } = await at('replay', file('draft.yaml'));
    expect(status).toBe(1);
    expect(out).toContain('files:write_file  by no_writes\n2 of 3 calls would be decided differently\n');
    writeFileSync(file('draft.yaml'), 'rules: []\n');
    expect(await at('replay', file('draft.yaml'), '--json')).toMatchObject({ status: 0, err: '' });
  });

  test('backup and restore; a second restore is refused', async () => {
    const { status, out } = await at('backup', file('b.jsonl'));
    expect([status, out]).toEqual([0, expect.stringMatching(/^Wrote \d+ rows up to revision 1, and 3 events, to /)]);
    const other = ['--database-url', `file:${file('restored.db')}`];
    const done = await run('restore', file('b.jsonl'), '--json', ...other);
    expect(JSON.parse(done.out)).toMatchObject({ revision: 1001, events: 3, sameRecord: true });
    expect((await run('restore', file('b.jsonl'), ...other)).err).toContain('is not empty');
    expect((await run('export', ...other)).out).toBe((await at('export')).out);
  });

  test('prune removes what is older, and the rest of the record still verifies', async () => {
    expect((await at('prune', '--audit-days', '1')).out).toBe('Removed 0 events and 0 approval requests\n');
  });

  test('a database that is missing is named, not made, by whoever only reads', async () => {
    for (const words of [['keys', 'list'], ['export'], ['backup', file('x')], ['prune', '--audit-days', '1']]) {
      const { status, err } = await run(...words, '--database-url', `file:${file('missing.db')}`);
      expect([words, status, err]).toEqual([words, 1, expect.stringContaining('There is no such database file.')]);
    }
    expect((await run('export', '--database-url', 'mysql://user:secret@host/x')).err).not.toContain('secret');
  });
});
