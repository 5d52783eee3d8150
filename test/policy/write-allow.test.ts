import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeAllow } from '../../src/policy/write-allow.js';
import { toolCall } from '../call/support.js';

const CALL = toolCall({ server: 'filesystem', tool: 'write_file' });

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'write-allow-'));
  path = join(folder, 'policy.yaml');
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const DOCUMENT = `# Who may do what.
version: 1
name: files # ours
defaults: { action: review }
tools:
  # The file server.
  filesystem:
    read_file: allow # harmless
    delete_file: block
rules:
  - name: reads
    match: { tool: "read_*" }
    action: allow
`;

test('adds one entry and leaves everything else as it was, comments and mode among it', async () => {
  writeFileSync(path, DOCUMENT, { mode: 0o640 });
  const policy = await writeAllow(path, CALL, 0);
  expect(readFileSync(path, 'utf8')).toBe(
    DOCUMENT.replace('    delete_file: block\n', '    delete_file: block\n    write_file: allow\n'),
  );
  expect(statSync(path).mode & 0o777).toBe(0o640);
  expect(policy.decide(CALL, 0)).toMatchObject({ action: 'allow', ruleName: '<tools>' });
  expect(policy.decide(toolCall({ server: 'other', tool: 'write_file' }), 0).action).toBe('review');
});

test('makes the table where there is none, and writes through a link', async () => {
  writeFileSync(path, 'defaults: { action: review } # for a start\n');
  const link = join(folder, 'link.yaml');
  symlinkSync(path, link);
  await writeAllow(link, CALL, 0);
  expect(readFileSync(path, 'utf8')).toBe(
    'defaults: { action: review } # for a start\ntools:\n  filesystem:\n    write_file: allow\n',
  );
});

describe('the file stays as it is', () => {
  test.each([
    ['where a rule blocks', 'rules: [{ name: no, match: { tool: "write_*" }, action: block }]\n', CALL],
    ['where a mandatory rule asks', 'rules: [{ name: no, match: {}, action: review, mandatory: true }]\n', CALL],
    ['for a tool that is called like all tools', 'defaults: { action: review }\n', toolCall({ tool: '*' })],
    ['for a server that is called like all servers', 'defaults: { action: review }\n', toolCall({ server: '*' })],
    ['where it does not load', 'nonsense: true\n', CALL],
    [
      'where an anchor stands for more than its entry',
      'tools:\n  filesystem: { write_file: &ask review, delete_file: *ask }\ndefaults: { action: *ask }\n',
      CALL,
    ],
    [
      'where servers share a table',
      'tools:\n  filesystem: &shared { read_file: allow }\n  mail: *shared\ndefaults: { action: review }\n',
      CALL,
    ],
  ])('%s', async (_, document, call) => {
    writeFileSync(path, document);
    await expect(writeAllow(path, call, 0)).rejects.toThrow();
    expect(readFileSync(path, 'utf8')).toBe(document);
    expect(readdirSync(folder)).toEqual(['policy.yaml']);
  });
});
