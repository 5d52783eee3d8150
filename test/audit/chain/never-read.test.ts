import { afterAll, describe, expect, test } from '@jest/globals';
import Database from 'libsql';
import { randomUUID } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import pg from 'pg';
import { AuditLogger } from '../../../src/audit/audit-logger.js';
import { chainTexts, GENESIS, toLine } from '../../../src/audit/chain/link.js';
import { event, Folder } from '../support.js';

const folder = new Folder();
afterAll(() => folder.remove());

const FORGED = JSON.stringify(event(7, { agent: 'nobody' }));
const keyFile = folder.file('shared.key');

async function record(url: string, count: number, prune = false) {
  const logger = new AuditLogger({ url, worker: false, keyFile, rotateBytes: 20_000 });
  for (let index = 1; index <= count; index++) void logger.write(event(index));
  await logger.close();
  if (!prune) return;
  const pruner = new AuditLogger({ url, worker: false, keyFile, retention: { maxAgeMs: 1 } });
  await pruner.prune();
  for (let index = 1; index <= 5; index++) void pruner.write(event(index + 90_000_000));
  await pruner.close();
}

async function verify(url: string) {
  const logger = new AuditLogger({ url, worker: false, keyFile, readOnly: true });
  const checkpoint = await logger.checkpoint();
  const result = await logger.verify({ checkpoint });
  await logger.close();
  return result;
}

describe('a row that a verification has no place for is found all the same', () => {
  test.each([1000, 2000])('jsonl: a line with a low number behind line %d, where a page ends', async (at) => {
    const file = folder.file(`page-${at}.jsonl`);
    const logger = new AuditLogger({ url: `file:${file}`, worker: false, keyFile });
    for (let index = 1; index <= 2_100; index++) void logger.write(event(index));
    await logger.close();
    expect((await verify(`file:${file}`)).ok).toBe(true);
    const lines = readFileSync(file, 'utf8').split('\n');
    const [forged] = chainTexts({ seq: 2, hash: GENESIS }, [FORGED]);
    lines.splice(at, 0, toLine(forged!));
    writeFileSync(file, lines.join('\n'));
    expect(await verify(`file:${file}`)).toMatchObject({
      ok: false,
      firstBad: { seq: 3, why: 'stands in the wrong place' },
    });
  });

  test('jsonl: two readers at once see every line once', async () => {
    const url = `file:${folder.file('two.jsonl')}`;
    await record(url, 2_100);
    const logger = new AuditLogger({ url, worker: false, readOnly: true });
    const [one, other] = [logger.scan(), logger.scan()];
    const seen: number[] = [];
    for await (const page of one) {
      await other.next();
      seen.push(...page.map(({ seq }) => seq));
    }
    expect(seen).toEqual(Array.from({ length: 2_100 }, (_, index) => index + 1));
    await logger.close();
  });

  test.each([0, -1, '-9223372036854775808'])('libsql: place %s', async (seq) => {
    const file = folder.file(`place${seq}.db`);
    await record(`file:${file}`, 20);
    const db = new Database(file);
    db.exec(`INSERT INTO audit_events (seq, previous_hash, hash, event) VALUES (${seq}, '', '', '${FORGED}')`);
    db.close();
    expect(await verify(`file:${file}`)).toMatchObject({
      ok: false,
      firstBad: { seq: Number(seq), why: 'stands in the wrong place' },
    });
  });

  test('libsql: a place that was pruned', async () => {
    const file = folder.file('pruned.db');
    await record(`file:${file}`, 20, true);
    expect((await verify(`file:${file}`)).ok).toBe(true);
    const [row] = chainTexts({ seq: 4, hash: GENESIS }, [FORGED]);
    const db = new Database(file);
    db.prepare('INSERT INTO audit_events (seq, previous_hash, hash, event) VALUES (?, ?, ?, ?)').run([
      row!.seq,
      row!.previousHash,
      row!.hash,
      row!.text,
    ]);
    db.close();
    expect(await verify(`file:${file}`)).toMatchObject({
      ok: false,
      firstBad: { seq: 5, why: expect.stringContaining('before what retention has left') },
    });
  });

  test.each([
    ['a few lines', 1],
    ['a chain of its own up to the place', 200],
  ])('jsonl: an archive of what was pruned, %s', async (_, count) => {
    const file = folder.file(`archive-${count}.jsonl`);
    await record(`file:${file}`, 200, true);
    expect(await verify(`file:${file}`)).toMatchObject({ ok: true, count: 5, head: { seq: 205 } });
    const rows = chainTexts(
      { seq: 0, hash: GENESIS },
      Array.from({ length: count }, () => FORGED),
    );
    writeFileSync(
      folder.file(`archive-${count}.0000000000000001.jsonl`),
      rows.map((row) => `${toLine(row)}\n`).join(''),
    );
    expect(await verify(`file:${file}`)).toMatchObject({
      ok: false,
      firstBad: { seq: 1, why: expect.stringContaining('before what retention has left') },
    });
  });

  test('what an interrupted removal has left leads to its head, and is no fault', async () => {
    const file = folder.file('interrupted.db');
    await record(`file:${file}`, 20);
    const db = new Database(file);
    const rows = db.prepare('SELECT * FROM audit_events WHERE seq BETWEEN 15 AND 20').all([]) as {
      [name: string]: unknown;
    }[];
    db.close();
    const pruner = new AuditLogger({ url: `file:${file}`, worker: false, keyFile, retention: { maxAgeMs: 1 } });
    await pruner.prune();
    await pruner.close();
    const again = new Database(file);
    for (const { seq, previous_hash, hash, event: text } of rows)
      again
        .prepare('INSERT INTO audit_events (seq, previous_hash, hash, event) VALUES (?, ?, ?, ?)')
        .run([seq, previous_hash, hash, text]);
    again.close();
    expect(await verify(`file:${file}`)).toMatchObject({ ok: true, count: 6, head: { seq: 20 } });
  });
});

describe('postgres', () => {
  const ADMIN = 'postgres://postgres@127.0.0.1:5432/test';
  const schema = `audit_${randomUUID().replaceAll('-', '')}`;

  test.each([0, -3, '-9223372036854775808'])('a row at place %s is found', async (seq) => {
    const admin = new pg.Client({ connectionString: ADMIN, connectionTimeoutMillis: 2_000 });
    const connected = await admin.connect().then(
      () => true,
      () => false,
    );
    if (!connected) return console.warn('skipped: PostgreSQL is not running on 127.0.0.1:5432');
    await admin.query(`CREATE SCHEMA ${schema}; SET search_path = ${schema}`);
    const url = `${ADMIN}?options=-c%20search_path%3D${schema}`;
    try {
      await record(url, 20);
      expect((await verify(url)).ok).toBe(true);
      await admin.query(`UPDATE audit_events SET seq = $1 WHERE seq = 20`, [seq]);
      expect(await verify(url)).toMatchObject({
        ok: false,
        firstBad: { seq: Number(seq), why: 'stands in the wrong place' },
      });
    } finally {
      await admin.query(`DROP SCHEMA ${schema} CASCADE`);
      await admin.end();
    }
  });
});
