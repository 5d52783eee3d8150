import { execFileSync } from 'node:child_process';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SnapshotFile, SnapshotFileError } from '../../src/connection/snapshot-file.js';

let stateFolder = '';
const of = (apiKey = 'wax_sk_one', apiUrl = 'https://c.example'): SnapshotFile =>
  new SnapshotFile({ stateFolder, apiKey, apiUrl, decisionMode: 'snapshot' });
const KEPT = { text: '{"revision":7}', confirmedAt: 1_700_000_000_000 };

beforeEach(() => {
  stateFolder = join(mkdtempSync(join(tmpdir(), 'mcp-governance-state-')), 'mcp-governance');
});

afterEach(() => rmSync(stateFolder, { recursive: true, force: true }));

describe('SnapshotFile', () => {
  test('gives back what was kept, from a file for its owner only', async () => {
    const file = of();
    expect(await file.read()).toBeUndefined();
    await file.write({ text: 'older', confirmedAt: 1 });
    await file.write(KEPT);
    expect(await of().read()).toEqual(KEPT);
    expect(statSync(file.path).mode & 0o777).toBe(0o600);
    expect(statSync(stateFolder).mode & 0o777).toBe(0o700);
    expect(readdirSync(stateFolder)).toHaveLength(1);
    expect(readFileSync(file.path, 'utf8') + file.path).not.toContain('wax_sk_one');
  });

  test('many writes leave the last one', async () => {
    const file = of();
    await Promise.all([1, 2, 3, 4].map((confirmedAt) => file.write({ text: `${confirmedAt}`, confirmedAt })));
    expect(await file.read()).toEqual({ text: '4', confirmedAt: 4 });
  });

  test('many doors of one process write at the same moment', async () => {
    const text = 'x'.repeat(500_000);
    const doors = Array.from({ length: 8 }, () => of());
    await Promise.all(doors.map((door, at) => door.write({ text, confirmedAt: at + 1 })));
    expect((await of().read())?.text).toBe(text);
    expect(readdirSync(stateFolder)).toHaveLength(1);
  });

  test('is not used, and not waited for, where it is a pipe', async () => {
    await of().write(KEPT);
    rmSync(of().path);
    execFileSync('mkfifo', ['-m', '600', of().path]);
    await expect(of().read()).rejects.toThrow('it is no file');
  });

  test('another key or another controlplane has another file, and cannot use this one', async () => {
    await of().write(KEPT);
    for (const other of [of('wax_sk_two'), of('wax_sk_one', 'https://d.example')]) {
      expect(await other.read()).toBeUndefined();
      renameSync(of().path, other.path);
      await expect(other.read()).rejects.toThrow(/not written with this key/);
      renameSync(other.path, of().path);
    }
  });

  test.each([
    ['cut off', (text: string) => text.slice(0, -1)],
    ['changed', (text: string) => text.replace('7', '8')],
    ['another time', (text: string) => text.replace('1700000000000', '1800000000000')],
    ['empty', () => ''],
    ['no JSON', () => 'hello'],
    ['another version', (text: string) => text.replace('"version":1', '"version":2')],
  ])('is not used where it is damaged: %s', async (_, damage) => {
    await of().write(KEPT);
    writeFileSync(of().path, damage(readFileSync(of().path, 'utf8')));
    await expect(of().read()).rejects.toThrow(SnapshotFileError);
    await of().write(KEPT);
    expect(await of().read()).toEqual(KEPT);
  });

  test.each([0o666, 0o620, 0o602])('is not used where others may write it (%o)', async (mode) => {
    await of().write(KEPT);
    chmodSync(of().path, mode);
    await expect(of().read()).rejects.toThrow('others than its owner may write it');
  });

  test('is not used where it is a link', async () => {
    await of().write(KEPT);
    renameSync(of().path, join(stateFolder, 'elsewhere'));
    symlinkSync(join(stateFolder, 'elsewhere'), of().path);
    await expect(of().read()).rejects.toThrow('it is a link');
  });
});
