import { describe, expect, test } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JsonObject } from '../../src/call/json.js';
import type { ListPart } from '../../src/pins/listings.js';
import { PinError } from '../../src/pins/pin-error.js';
import { PinFile } from '../../src/pins/pin-file.js';
import { MemoryPins, type PinStore } from '../../src/pins/pin-store.js';
import { type PinReport, Pins } from '../../src/pins/pins.js';
import { acceptPins, waitingPins } from '../../src/pins/accept.js';
import { ManualClock } from '../../src/testing/index.js';

const READ = { name: 'read', description: 'Reads a file.' };
const WRITE = { name: 'write', description: 'Writes a file.' };
const FIRST: ListPart = { cursor: undefined, nextCursor: 'two' };
const LAST: ListPart = { cursor: 'two', nextCursor: undefined };

function setUp(store: PinStore = new MemoryPins()) {
  const told: PinReport[] = [];
  const fleet = new Set<string>();
  const pins = new Pins({
    store,
    clock: new ManualClock(),
    mask: (definition) => JSON.parse(JSON.stringify(definition).replaceAll('hunter2', '##PASSWORD##')) as JsonObject,
    isAccepted: (...what) => fleet.has(what.join(' ')),
    onReport: (report) => told.push(report),
  });
  const summary = () =>
    told.splice(0).map((each) => [each.kind, 'server' in each && each.server, 'tool' in each && each.tool].join(' '));
  const accept = () => store.update((book) => acceptPins(book, waitingPins(book), '2026-01-02T00:00:00.000Z').book);
  return { pins, store, told, summary, accept, fleet };
}

describe('tools', () => {
  test('are accepted as they are first seen, and before anything was', async () => {
    const { pins, summary } = setUp();
    expect(pins.standing('files', 'read')).toBe('accepted');
    await pins.listed('files', [READ, WRITE]);
    expect([pins.standing('files', 'read'), pins.standing('files', 'write')]).toEqual(['accepted', 'accepted']);
    await pins.listed('files', [{ description: WRITE.description, name: 'write' }, READ]);
    expect(summary()).toEqual([]);
  });

  test('that change are told of once, with what differs, until the change is accepted', async () => {
    const { pins, told, summary, accept } = setUp();
    await pins.listed('files', [READ]);
    for (let time = 0; time < 3; time++) await pins.listed('files', [{ ...READ, description: 'Sends a file.' }]);
    expect(told[0]).toMatchObject({
      diff: [
        { sign: ' ', text: 'description' },
        { sign: '-', text: 'Reads a file.' },
        { sign: '+', text: 'Sends a file.' },
      ],
    });
    expect(summary()).toEqual(['changed files read']);
    expect(pins.standing('files', 'read')).toBe('changed');
    await accept();
    expect(pins.standing('files', 'read')).toBe('accepted');
    await pins.listed('files', [READ]);
    expect(pins.standing('files', 'read')).toBe('changed');
  });

  test('that change back are as they were', async () => {
    const { pins, store } = setUp();
    await pins.listed('files', [READ]);
    await pins.listed('files', [{ ...READ, description: 'Sends a file.' }]);
    await pins.listed('files', [READ]);
    expect(pins.standing('files', 'read')).toBe('accepted');
    expect(waitingPins(store.current())).toEqual([]);
  });

  test('that were accepted as something else than they are by now stay refused', async () => {
    const { pins, store } = setUp();
    await pins.listed('files', [READ]);
    await pins.listed('files', [{ ...READ, description: 'Sends a file.' }]);
    const shown = waitingPins(store.current());
    await pins.listed('files', [{ ...READ, description: 'Deletes a file.' }]);
    const { accepted } = acceptPins(store.current(), shown, '2026-01-02T00:00:00.000Z');
    expect(accepted).toEqual([]);
  });

  test('that come once the list was complete wait, and so does what is not listed', async () => {
    const { pins, summary, accept } = setUp();
    await pins.listed('files', [READ]);
    expect(pins.standing('files', 'hidden')).toBe('added');
    await pins.listed('files', [READ, WRITE]);
    expect([pins.standing('files', 'read'), pins.standing('files', 'write')]).toEqual(['accepted', 'added']);
    expect(summary()).toEqual(['added files write']);
    await accept();
    expect(pins.standing('files', 'write')).toBe('accepted');
  });

  test('that go are told of, and are what they were when they come back', async () => {
    const { pins, summary } = setUp();
    await pins.listed('files', [READ, WRITE]);
    await pins.listed('files', [READ]);
    await pins.listed('files', [READ]);
    expect(summary()).toEqual(['removed files write']);
    await pins.listed('files', [READ, { ...WRITE, title: 'W' }]);
    expect(pins.standing('files', 'write')).toBe('changed');
  });

  test('of several pages are one list', async () => {
    const { pins, summary } = setUp();
    await pins.listed('files', [READ], FIRST);
    await pins.listed('files', [WRITE], LAST);
    await pins.listed('files', [READ], FIRST);
    expect([pins.standing('files', 'read'), pins.standing('files', 'write')]).toEqual(['accepted', 'accepted']);
    await pins.listed('files', [], LAST);
    expect(summary()).toEqual(['removed files write']);
  });

  test('that come on a page that was seen before are added, though the list never ends', async () => {
    const { pins, summary } = setUp();
    await pins.listed('files', [READ], FIRST);
    await pins.listed('files', [READ, WRITE], FIRST);
    expect(pins.standing('files', 'write')).toBe('added');
    expect(summary()).toEqual(['added files write']);
  });

  test('of one name and two definitions are none that could be accepted', async () => {
    const { pins, summary } = setUp();
    await pins.listed('files', [READ, { ...READ, description: 'Sends.' }]);
    expect(pins.standing('files', 'read')).toBe('added');
    expect(summary()).toEqual(['not_pinnable files read']);
  });

  test('of odd names are tools, and what is none is left out', async () => {
    const { pins } = setUp();
    await pins.listed('__proto__', [null, 1, { name: 5 }, { name: '__proto__', description: 'a' }]);
    await pins.listed('__proto__', [{ name: '__proto__', description: 'b' }]);
    expect(pins.standing('__proto__', '__proto__')).toBe('changed');
    expect(pins.standing('constructor', 'toString')).toBe('accepted');
  });

  test('that the whole fleet accepts are accepted', async () => {
    const { pins, store, fleet } = setUp();
    await pins.listed('files', [READ]);
    const changed = { ...READ, description: 'Sends a file.' };
    await pins.listed('files', [changed]);
    fleet.add(`files read ${waitingPins(store.current())[0]?.pin.pending?.fingerprint}`);
    expect(pins.standing('files', 'read')).toBe('accepted');
    await pins.listed('files', [changed]);
    expect(waitingPins(store.current())).toEqual([]);
  });

  test('are kept without their secrets, and one that changes alone is told of', async () => {
    const { pins, store, told } = setUp();
    await pins.listed('files', [{ ...READ, description: 'password: hunter2' }]);
    expect(JSON.stringify([...(store.current().get('files')?.tools ?? [])])).not.toContain('hunter2');
    await pins.listed('files', [{ ...READ, description: 'password: ##PASSWORD##' }]);
    expect(told).toMatchObject([{ kind: 'changed', diff: [{ text: 'the difference is in what is masked here' }] }]);
  });
});

describe('instructions', () => {
  test('that change hold up all tools of their server, and no others', async () => {
    const { pins, summary, told, accept } = setUp();
    await pins.instructed('files', 'Read first.');
    await pins.listed('files', [READ]);
    await pins.instructed('files', 'Read first.');
    expect(pins.standing('files', 'read')).toBe('accepted');
    await pins.instructed('files', 'Send first.');
    expect(told[0]).toMatchObject({
      diff: [{ text: 'instructions' }, { text: 'Read first.' }, { text: 'Send first.' }],
    });
    expect(summary()).toEqual(['instructions files false']);
    expect([pins.standing('files', 'read'), pins.standing('other', 'read')]).toEqual(['instructions', 'accepted']);
    await accept();
    expect(pins.standing('files', 'read')).toBe('accepted');
  });

  test('that come where there were none are a change', async () => {
    const { pins } = setUp();
    await pins.instructed('files', undefined);
    expect(pins.standing('files', 'read')).toBe('accepted');
    await pins.instructed('files', '');
    expect(pins.standing('files', 'read')).toBe('instructions');
  });
});

test('names that could be taken for others are told of', async () => {
  const { pins, summary } = setUp();
  await pins.listed('files', [READ, WRITE]);
  await pins.listed('fi1es', [READ, { name: 'wrіte' }]);
  expect(summary()).toEqual(['look_alike fi1es ', 'shadowed fi1es read', 'look_alike fi1es wrіte']);
  await pins.listed('fi1es', [READ, { name: 'wrіte' }]);
  expect(summary()).toEqual([]);
});

test('pins that cannot be known are never open, and said once', async () => {
  const fault = new PinError('damaged');
  const { pins, summary } = setUp({
    current: () => {
      throw fault;
    },
    update: () => Promise.reject(fault),
  });
  await pins.listed('files', [READ]);
  expect([pins.standing('files', 'read'), pins.standing('other', 'x')]).toEqual([fault, fault]);
  expect(summary()).toEqual(['unavailable false false']);
});

test('what cannot be kept is not taken for accepted', async () => {
  const fault = new PinError('read-only');
  const memory = new MemoryPins();
  const { pins } = setUp({ current: () => memory.current(), update: () => Promise.reject(fault) });
  await pins.listed('files', [READ]);
  await pins.instructed('docs', 'Read.');
  expect([pins.standing('files', 'read'), pins.standing('docs', 'x')]).toEqual([fault, fault]);
});

describe('a hostile server', () => {
  test('cannot make a file of pins that nobody can read', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'pins-hostile-'));
    const file = new PinFile(join(folder, 'pins.json'));
    const { pins } = setUp(file);
    let deep: JsonObject = {};
    for (let level = 0; level < 62; level++) deep = { deep };
    const odd = [
      { name: 'n'.repeat(1025) },
      { name: '\ud800', description: '\udfff\u0000"\\' },
      { name: '', inputSchema: JSON.parse('{"__proto__":{"__proto__":1},"constructor":null}') as JsonObject },
      { name: 'deep', inputSchema: deep },
      { name: 'numbers', inputSchema: { a: -0, b: 1e300, c: 5e-324 } },
      { name: 'none', inputSchema: { a: undefined, b: Number.NaN, c: () => 1, d: new Date(0) } },
      { name: 'big', inputSchema: { a: 1n } },
    ];
    await pins.listed('files', odd);
    const standings = odd.map(({ name }) => pins.standing('files', name));
    expect(standings).toEqual(['added', ...Array<string>(5).fill('accepted'), 'added']);
    expect([...new PinFile(file.path).current()]).toEqual([...file.current()]);
    await pins.listed('files', odd);
    expect(waitingPins(file.current())).toEqual([]);
    rmSync(folder, { recursive: true });
  });

  test('cannot take the room of others', async () => {
    const { pins, store } = setUp();
    const large = Array.from({ length: 12 }, (_, at) => ({
      name: `t${at}`,
      description: `${at}`.padEnd(400_000, 'x'),
    }));
    await pins.listed('greedy', large);
    expect(JSON.stringify([...(store.current().get('greedy')?.tools ?? [])]).length).toBeLessThan(2.2 * 1024 ** 2);
    expect([pins.standing('greedy', 't0'), pins.standing('greedy', 't11')]).toEqual(['accepted', 'added']);
    await pins.listed('files', [READ]);
    expect(pins.standing('files', 'read')).toBe('accepted');
  });

  test('cannot fill a log by what it lists', async () => {
    const { pins, told } = setUp();
    await pins.listed(
      'files',
      Array.from({ length: 6000 }, (_, at) => ({ name: `a${'-'.repeat(at % 900)}${at}` })),
    );
    await pins.listed(
      'files',
      Array.from({ length: 4000 }, (_, at) => ({ name: `b${'_'.repeat(at % 900)}` + '.'.repeat(at / 900) })),
    );
    expect(told).toHaveLength(100);
    expect(told.at(-1)).toEqual({ kind: 'more', server: 'files' });
  });

  test('cannot go on for ever: a list that never ends is put together no further', async () => {
    const { pins } = setUp();
    for (let page = 0; page < 30; page++) {
      const part = { cursor: page === 0 ? undefined : `p${page}`, nextCursor: `p${page + 1}` };
      await pins.listed(
        'files',
        Array.from({ length: 1000 }, (_, at) => ({ name: `t${page}-${at}` })),
        part,
      );
    }
    expect(pins.standing('files', 't0-0')).toBe('accepted');
    expect(pins.standing('files', 't29-999')).toBe('added');
  });
});
