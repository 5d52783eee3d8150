import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NO_PINS, type Pin, type PinBook, withServer } from '../../src/pins/pin-book.js';
import { PinFile } from '../../src/pins/pin-file.js';
import { readPins, writePins } from '../../src/pins/pin-text.js';

let folder = '';
let path = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pins-'));
  path = join(folder, 'state', 'pins.json');
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const PIN: Pin = {
  accepted: { fingerprint: 'a'.repeat(64), at: '2026-01-01T00:00:00.000Z', definition: { description: 'Reads.' } },
  pending: undefined,
  missing: undefined,
};
const withTool = (book: PinBook, tool: string): PinBook => {
  const pins = book.get('files') ?? NO_PINS;
  return withServer(book, 'files', { ...pins, tools: new Map(pins.tools).set(tool, PIN) });
};
const namesOf = (book: PinBook) => [...(book.get('files')?.tools.keys() ?? [])].sort();

describe('PinFile', () => {
  test('a missing file holds nothing; what is written is for its owner alone, and read by others', async () => {
    const file = new PinFile(path);
    expect(file.current().size).toBe(0);
    await file.update((book) => withTool(book, '__proto__'));
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(join(folder, 'state')).mode & 0o777).toBe(0o700);
    expect(namesOf(new PinFile(path).current())).toEqual(['__proto__']);
    expect(readdirSync(join(folder, 'state'))).toEqual(['pins.json']);
  });

  test('sees at once what another wrote', async () => {
    const [one, other] = [new PinFile(path), new PinFile(path)];
    await one.update((book) => withTool(book, 'a'));
    await other.update((book) => withTool(book, 'b'));
    expect(namesOf(one.current())).toEqual(['a', 'b']);
  });

  test('loses nothing where many write at once', async () => {
    const files = Array.from({ length: 4 }, () => new PinFile(path));
    const writes = Array.from({ length: 40 }, (_, at) =>
      (files[at % 4] as PinFile).update((book) => withTool(book, `tool-${at}`)),
    );
    await Promise.all(writes);
    expect(namesOf(new PinFile(path).current())).toHaveLength(40);
  });

  test('writes nothing where nothing changes', async () => {
    const file = new PinFile(path);
    await file.update((book) => withTool(book, 'a'));
    const before = statSync(path);
    await file.update((book) => book);
    expect(statSync(path)).toEqual(before);
  });

  test('a file that vanishes while the process runs is not first use', async () => {
    const file = new PinFile(path);
    await file.update((book) => withTool(book, 'a'));
    rmSync(path);
    expect(() => file.current()).toThrow(/vanished/);
    await expect(file.update((book) => withTool(book, 'b'))).rejects.toThrow(/vanished/);
    expect(readdirSync(join(folder, 'state'))).toEqual([]);
    writeFileSync(path, writePins(withTool(new Map(), 'c')), { mode: 0o600 });
    expect(namesOf(file.current())).toEqual(['c']);
  });

  const good = writePins(withTool(new Map(), 'a'));
  test.each<[string, string | Buffer]>([
    ['nothing at all', ''],
    ['half of it', good.slice(0, good.length / 2)],
    ['no JSON', 'mcp_governance_pins: 1'],
    ['JSON of something else', '{"servers":[]}'],
    ['a later version', good.replace('"mcp_governance_pins": 1', '"mcp_governance_pins": 2')],
    ['a member twice', good.replace('"complete": false', '"complete": false, "complete": true')],
    ['a tool twice', JSON.stringify({ ...JSON.parse(good), servers: twice(JSON.parse(good)) })],
    ['a member that nobody knows', good.replace('"pages": 0', '"pages": 0, "trusted": true')],
    ['a fingerprint that is none', good.replace('a'.repeat(64), 'a'.repeat(63))],
    ['too deep', good.replace('"Reads."', `${'['.repeat(200)}${']'.repeat(200)}`)],
    ['too much', Buffer.alloc(17 * 1024 ** 2, ' ')],
  ])('is closed, and stays as it is, with %s in it', async (_, text) => {
    mkdirSync(join(folder, 'state'));
    writeFileSync(path, text, { mode: 0o600 });
    const file = new PinFile(path);
    expect(() => file.current()).toThrow(/damaged|too large/);
    expect(() => file.current()).toThrow(path);
    await expect(file.update((book) => withTool(book, 'b'))).rejects.toThrow(/not used/);
    expect(readFileSync(path).equals(Buffer.from(text))).toBe(true);
    writeFileSync(path, good);
    expect(namesOf(file.current())).toEqual(['a']);
  });

  test('is closed where others may write it, where it is a link and where it is no file', async () => {
    await new PinFile(path).update((book) => withTool(book, 'a'));
    chmodSync(path, 0o620);
    expect(() => new PinFile(path).current()).toThrow(/others/);
    chmodSync(path, 0o600);
    symlinkSync(path, join(folder, 'link.json'));
    expect(() => new PinFile(join(folder, 'link.json')).current()).toThrow(/link/);
    expect(() => new PinFile(folder).current()).toThrow(/no file|cannot be read/);
  });

  test('cannot be kept where its folder cannot be', async () => {
    writeFileSync(join(folder, 'state'), '');
    const file = new PinFile(path);
    expect(file.current().size).toBe(0);
    await expect(file.update((book) => withTool(book, 'a'))).rejects.toThrow(/cannot be written/);
  });

  test('takes over the lock of a process that died', async () => {
    mkdirSync(join(folder, 'state'));
    writeFileSync(`${path}.lock`, 'gone');
    const long = new Date(Date.now() - 60_000);
    utimesSync(`${path}.lock`, long, long);
    await new PinFile(path).update((book) => withTool(book, 'a'));
    expect(namesOf(new PinFile(path).current())).toEqual(['a']);
    expect(readdirSync(join(folder, 'state'))).toEqual(['pins.json']);
  });

  test('is read again where another file was moved there', async () => {
    const file = new PinFile(path);
    await file.update((book) => withTool(book, 'a'));
    writeFileSync(`${path}.other`, writePins(withTool(new Map(), 'b')), { mode: 0o600 });
    renameSync(`${path}.other`, path);
    expect(namesOf(file.current())).toEqual(['b']);
  });
});

test('what is written is read as it was', () => {
  const book = withServer(withTool(new Map(), 'read'), 'other', {
    pages: 3,
    complete: true,
    instructions: { ...PIN, pending: PIN.accepted },
    tools: new Map([['gone', { ...PIN, missing: '2026-01-01T00:00:00.000Z' }]]),
  });
  expect(readPins(writePins(book))).toEqual(book);
});

function twice({ servers }: { servers: { tools: object[] }[] }): object[] {
  return servers.map((server) => ({ ...server, tools: [...server.tools, ...server.tools] }));
}
