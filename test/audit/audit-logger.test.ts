import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import pg from 'pg';
import type { StoredEvent } from '../../src/audit/audit-event.js';
import { AuditLogger } from '../../src/audit/audit-logger.js';
import { event, Folder } from './support.js';

const folder = new Folder();
afterAll(() => folder.remove());

const ADMIN = 'postgres://postgres@127.0.0.1:5432/test';
const schema = `audit_${randomUUID().replaceAll('-', '')}`;
const admin = new pg.Client({ connectionString: ADMIN, connectionTimeoutMillis: 2_000 });
const connected = await admin.connect().then(
  () => true,
  () => false,
);
if (!connected) console.warn('skipped: PostgreSQL is not running on 127.0.0.1:5432');
let made = 0;

beforeAll(async () => {
  if (connected) await admin.query(`CREATE SCHEMA ${schema}`);
});
afterAll(async () => {
  if (connected) await admin.query(`DROP SCHEMA ${schema} CASCADE`);
  await admin.end();
});

const KINDS: readonly (readonly [name: string, url: () => Promise<string>])[] = [
  ['libsql', async () => `file:${folder.file(`${(made += 1)}.db`)}`],
  ['jsonl', async () => `file:${folder.file(`${(made += 1)}.jsonl`)}`],
  ...(connected
    ? ([
        [
          'postgres',
          async () => {
            await admin.query(`DROP SCHEMA ${schema} CASCADE; CREATE SCHEMA ${schema}`);
            return `${ADMIN}?options=-c%20search_path%3D${schema}`;
          },
        ],
      ] as const)
    : []),
];

/** A name that no index can make shorter. */
const randomUUIDs = (count: number) => Array.from({ length: count }, () => randomUUID()).join('');

describe.each(KINDS)('%s', (_, makeUrl) => {
  const open = (url: string, more = {}) =>
    new AuditLogger({ url, worker: false, keyFile: folder.file('shared.key'), rotateBytes: 20_000, ...more });

  test('keeps events as they were, pages through them, and finds them by every filter', async () => {
    const logger = open(await makeUrl());
    const events = Array.from({ length: 300 }, (_each, index) =>
      event(index, {
        ...(index === 7 && { action: 'block', resultStatus: 'blocked', riskLevel: 'high', policyDecision: 'block' }),
        ...(index === 9 && { server: 'mail', reason: 'Zürich ist zu' }),
      }),
    );
    for (const each of events) await logger.write(each);
    const ids = async (query: object) => (await logger.getLog(query)).events.map(({ id }) => Number(id.slice(-12)));
    const [newest] = (await logger.getLog({ limit: 1 })).events;
    expect(newest).toEqual({
      ...JSON.parse(JSON.stringify(events[299])),
      seq: 300,
      hash: expect.any(String),
      previousHash: expect.any(String),
    });
    expect(await ids({ limit: 2, order: 'oldest' })).toEqual([0, 1]);
    expect(await ids({ sessionId: 'session-3' })).toEqual([39, 38, 37, 36, 35, 34, 33, 32, 31, 30]);
    expect(await ids({ action: 'block' })).toEqual([7]);
    expect(await ids({ riskLevel: 'high' })).toEqual([7]);
    expect(await ids({ resultStatus: 'blocked' })).toEqual([7]);
    expect(await ids({ server: 'mail' })).toEqual([9]);
    expect(await ids({ since: '2026-01-01T00:04:57Z' })).toEqual([299, 298, 297]);
    expect(await ids({ until: '2026-01-01T00:00:02Z' })).toEqual([1, 0]);
    expect(await ids({ text: 'number123' })).toEqual([123]);
    expect(await ids({ text: 'ZURI zu' })).toEqual([9]);
    expect(await ids({ text: 'creme NUMBER29', limit: 3 })).toEqual([299, 298, 297]);
    expect(await ids({ text: 'x"*) OR --' })).toEqual([]);
    expect(await logger.count({ tool: 'odd' })).toBe(150);
    const odd: number[] = [];
    let cursor: string | undefined;
    do {
      const page = await logger.getLog({ tool: 'odd', limit: 40, cursor });
      odd.push(...page.events.map(({ seq }) => seq));
      cursor = page.cursor;
    } while (cursor !== undefined);
    expect(odd).toEqual(Array.from({ length: 150 }, (_each, index) => 300 - 2 * index));
    expect(await logger.stats()).toMatchObject({
      events: 300,
      byTool: [
        ['even', 150],
        ['odd', 150],
      ],
      durationMs: { max: 299 / 8 },
    });
    await logger.close();
  });

  test('an event with more than the store can index or read holds up none', async () => {
    const logger = open(await makeUrl());
    const three = Array.from({ length: 4_000 }, (_each, index) => String.fromCodePoint(0xac00 + index).repeat(60));
    let deep: object = {};
    for (let depth = 0; depth < 1_500; depth++) deep = [deep];
    void logger.write(event(1));
    void logger.write(event(2, { params: { korean: three.join(' ') } }));
    void logger.write(event(3, { params: { deep: deep } }));
    void logger.write(event(4, { sessionId: randomUUIDs(400) }));
    void logger.write(event(5));
    await logger.flush();
    const { events } = await logger.getLog({ order: 'oldest' });
    expect(events.map(({ id }) => id)).toEqual(expect.arrayContaining([event(1).id, event(2).id, event(5).id]));
    expect(events).toHaveLength(5);
    expect((await logger.verify()).ok).toBe(true);
    await logger.close();
  });

  test('goes on with the chain after a restart, also across files', async () => {
    const url = await makeUrl();
    for (let part = 0; part < 4; part++) {
      const logger = open(url);
      for (let index = 0; index < 50; index++) await logger.write(event(part * 50 + index));
      await logger.close();
    }
    const logger = open(url);
    expect(await logger.verify()).toMatchObject({ ok: true, count: 200, head: { seq: 200 } });
    await logger.close();
  });

  test('intents keep callers waiting until they are kept, and outcomes settle them', async () => {
    const url = await makeUrl();
    const logger = open(url, { required: true });
    await logger.intend(event(1));
    await logger.write(event(1));
    await logger.close();
    const again = open(url, { required: true });
    expect(await again.count({ resultStatus: 'unknown_after_crash' })).toBe(0);
    expect(await again.count()).toBe(1);
    await again.close();
  });

  test('what is removed by age leaves a signed head, and the rest verifies', async () => {
    const url = await makeUrl();
    const logger = open(url, { retention: { maxAgeMs: 1 }, keyFile: folder.file('prune.key') });
    for (let index = 0; index < 120; index++) await logger.write(event(index));
    await logger.flush();
    await logger.prune();
    for (let index = 120; index < 130; index++) await logger.write(event(index));
    const kept = await logger.count();
    expect(kept).toBeLessThan(130);
    expect(kept).toBeGreaterThanOrEqual(10);
    expect(await logger.verify()).toMatchObject({ ok: true, count: kept, head: { seq: 130 } });
    await logger.close();
    const stranger = open(url, { keyFile: folder.file('other.key') });
    await stranger.checkpoint();
    expect((await stranger.verify()).firstBad?.why).toBe('what was removed before it is not signed by the key');
    await stranger.close();
  });

  test('subscribers see what is kept, and exports can be verified as they stand', async () => {
    const logger = open(await makeUrl());
    const seen: StoredEvent[] = [];
    const end = logger.subscribe((each) => seen.push(each));
    for (let index = 0; index < 20; index++) await logger.write(event(index));
    await logger.flush();
    end();
    await logger.write(event(20));
    await logger.flush();
    expect(seen.map(({ seq }) => seq)).toEqual(Array.from({ length: 20 }, (_each, index) => index + 1));
    const copy = folder.file(`copy-${(made += 1)}.jsonl`);
    expect(await logger.exportJsonl(copy)).toBe(21);
    expect(await logger.exportJsonl(folder.file('some.jsonl'), { tool: 'odd' })).toBe(10);
    await logger.close();
    const reader = open(`file:${copy}`, { readOnly: true });
    expect(await reader.verify()).toMatchObject({ ok: true, count: 21 });
    await reader.close();
  });

  test('a checkpoint shows that the newest events are not those that were signed', async () => {
    const logger = open(await makeUrl());
    for (let index = 0; index < 5; index++) await logger.write(event(index));
    const checkpoint = await logger.checkpoint(folder.file('checkpoint.json'));
    expect(JSON.parse(readFileSync(folder.file('checkpoint.json'), 'utf8'))).toEqual(checkpoint);
    expect((await logger.verify({ checkpoint })).ok).toBe(true);
    const forged = { ...checkpoint, seq: 4 };
    expect((await logger.verify({ checkpoint: forged })).firstBad?.why).toBe(
      'the signature of the checkpoint is not good',
    );
    await logger.close();
    const other = open(await makeUrl());
    for (let index = 0; index < 4; index++) await other.write(event(index));
    expect(await other.verify({ checkpoint })).toMatchObject({
      ok: false,
      firstBad: { seq: 5, why: expect.stringContaining('cut off') },
    });
    await other.write(event(6));
    expect(await other.verify({ checkpoint })).toMatchObject({
      ok: false,
      firstBad: { seq: 5, why: expect.stringContaining('signed') },
    });
    await other.close();
  });
});

(connected ? test : test.skip)(
  'what callers write into a record of PostgreSQL does not keep it from verifying',
  async () => {
    await admin.query(`DROP SCHEMA ${schema} CASCADE; CREATE SCHEMA ${schema}; SET search_path = ${schema}`);
    const logger = new AuditLogger({ url: `${ADMIN}?options=-c%20search_path%3D${schema}`, queueLimit: 10_000 });
    const hostile = ['\\u0000', 'x\\', '\0', '\\\0', '\ud800', '\udc00x', '"\\ud800', '\u{10ffff}'];
    for (const [index, text] of hostile.entries()) {
      void logger.write(event(2 * index, { params: { [text]: text } }));
      void logger.write(event(2 * index + 1, { tool: text, server: text, sessionId: text }));
    }
    for (let index = 20; index < 1_100; index++) void logger.write(event(index));
    expect(await logger.verify()).toMatchObject({ ok: true, count: 2 * hostile.length + 1_080 });
    expect(await logger.count({ resultStatus: 'success' })).toBe(2 * hostile.length + 1_080);
    for (const [column, seq] of [
      ['tool', 3],
      ['session_id', 1_050],
      ['time', 7],
    ] as const) {
      await admin.query(`ALTER TABLE audit_events ADD COLUMN IF NOT EXISTS before text`);
      await admin.query(`UPDATE audit_events SET before = ${column}, ${column} = 'x' WHERE seq = ${seq}`);
      expect((await logger.verify()).firstBad?.why).toBe(`a column of event ${seq} says another thing than the event`);
      await admin.query(`UPDATE audit_events SET ${column} = before WHERE seq = ${seq}`);
    }
    await admin.query('UPDATE audit_events SET risk_level = NULL WHERE seq = 1000');
    expect((await logger.verify()).firstBad?.why).toContain('a column of event 1000 says');
    await logger.close();
  },
);

(connected ? test : test.skip)('a trigger of PostgreSQL that leaves rows out is noticed at once', async () => {
  await admin.query(`DROP SCHEMA ${schema} CASCADE; CREATE SCHEMA ${schema}; SET search_path = ${schema}`);
  const logger = new AuditLogger({ url: `${ADMIN}?options=-c%20search_path%3D${schema}`, required: true });
  await logger.write(event(1));
  await admin.query(`CREATE FUNCTION leave() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'`);
  await admin.query('CREATE TRIGGER leave BEFORE INSERT ON audit_events FOR EACH ROW EXECUTE FUNCTION leave()');
  await expect(logger.write(event(2))).rejects.toThrow('PostgreSQL did not keep all events');
  await admin.query('DROP TRIGGER leave ON audit_events');
  await logger.flush();
  expect(await logger.verify()).toMatchObject({ ok: true, count: 2 });
  await logger.close();
});

test('the key that is made is for its owner only', () => {
  expect(statSync(folder.file('shared.key')).mode & 0o777).toBe(0o600);
});

test.each([
  [{ url: 'sqlite:x' }, 'url must begin with file:'],
  [{ uri: 'file:x' }, "Did you mean 'url'"],
  [{ queueLimit: 0 }, 'queueLimit'],
  [{ retention: { maxDays: 1 } }, "no option 'maxDays'"],
  [{ url: 'postgres://x', retention: { maxBytes: 5000 } }, 'not for PostgreSQL'],
])('%j is refused', (options, text) => {
  expect(() => new AuditLogger(options as never)).toThrow(text);
});

test('a query that cannot be read is refused', async () => {
  const logger = new AuditLogger({ url: `file:${folder.file('query.db')}`, worker: false });
  await expect(logger.getLog({ limit: 0 })).rejects.toThrow('limit');
  await expect(logger.getLog({ cursor: 'x' })).rejects.toThrow('cursor');
  await expect(logger.getLog({ since: 'yesterday' })).rejects.toThrow('since');
  await expect(logger.getLog({ action: 'deny' as never })).rejects.toThrow('action must be one of');
  await logger.close();
});

test('a search of the database finds what reading all of it finds, for rare words and frequent ones', async () => {
  const [indexed, read] = ['search.db', 'search.jsonl'].map(
    (name) => new AuditLogger({ url: `file:${folder.file(name)}`, worker: false, queueLimit: 10_000 }),
  ) as [AuditLogger, AuditLogger];
  for (let index = 0; index < 6_000; index++) {
    const more = index % 900 === 5 ? { reason: 'Seldom said' } : {};
    for (const logger of [indexed, read]) void logger.write(event(index, more));
  }
  for (const text of [
    'number5999',
    'number12',
    'creme',
    'seldom',
    'creme seldom',
    'seldom number5',
    'nothing',
    'odd seldom',
  ]) {
    for (const query of [
      { text, limit: 5 },
      { text, limit: 5, order: 'oldest' as const },
      { text, tool: 'odd' },
    ]) {
      const places = async (logger: AuditLogger) => {
        const first = await logger.getLog(query);
        const next = first.cursor === undefined ? [] : (await logger.getLog({ ...query, cursor: first.cursor })).events;
        return [...first.events, ...next].map(({ seq }) => seq);
      };
      expect([query, await places(indexed)]).toEqual([query, await places(read)]);
    }
  }
  await expect(indexed.getLog({ text: '!?' })).rejects.toThrow('text must hold a word');
  await Promise.all([indexed.close(), read.close()]);
}, 30_000);
