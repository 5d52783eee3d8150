import { randomInt } from 'node:crypto';
import type { Client } from 'pg';
import { AuditError } from '../audit-error.js';
import { chainTexts, GENESIS, type StoredRow } from '../chain/link.js';
import { COLUMNS, type ResolvedQuery } from '../query/audit-query.js';
import { arrivalOf, toEvent } from '../query/stored-event.js';
import { lostOutcome } from './lost-outcome.js';
import { namedColumns, toColumns } from './postgres-row.js';
import { INSERT, MIGRATIONS } from './postgres-schema.js';
import { type Batch, type Bounds, isOlderHead, type Retention, type Store, type StoreOptions } from './store.js';

/** Our half of the locks that tell which writers live; the other half is the writer. */
const LOCKS = 0x6d6370;
const PRUNE_STEP = 20_000;
const PRUNABLE_STEP = 1_000;
const INSPECT_STEP = 1_000;
/** Before every place, also those that are none. */
const LEAST_SEQ = '-9223372036854775808';
const CONNECT_MS = 5_000;
const ROW = 'seq, previous_hash AS "previousHash", hash, event AS text, time';

type Timed = StoredRow & { readonly time: string };

/** The record in PostgreSQL: table `audit_events` in the first schema of the search path. One connection, one batch at a time. */
export class PostgresStore implements Store {
  readonly #client: Client;
  readonly #writer = randomInt(1, 2 ** 31);
  #last: Promise<unknown> = Promise.resolve();

  private constructor(client: Client) {
    this.#client = client;
  }

  /**
   * Connects, makes the tables where they are missing, and settles what processes that died left open.
   *
   * @throws AuditError, or the fault of the driver.
   */
  static async open({ place, access }: StoreOptions): Promise<PostgresStore> {
    const { default: pg } = await import('pg');
    const client = new pg.Client({
      connectionString: place,
      application_name: 'mcp-governance audit',
      connectionTimeoutMillis: CONNECT_MS,
      keepAlive: true,
    });
    // A connection that breaks while it rests is noticed by the next statement.
    client.on('error', () => undefined);
    await client.connect();
    const store = new PostgresStore(client);
    try {
      await store.#prepare(access);
      return store;
    } catch (fault) {
      await client.end().catch(() => undefined);
      throw fault;
    }
  }

  /** {@inheritDoc Store.append} */
  append(batch: Batch): Promise<readonly StoredRow[]> {
    return this.#transaction(async () => {
      if (!batch.durable) await this.#run('SET LOCAL synchronous_commit = off');
      if (batch.intentIds.length > 0) {
        const keep =
          'INSERT INTO audit_intents SELECT id, $1, event FROM unnest($2::text[], $3::text[]) AS row (id, event) ON CONFLICT DO NOTHING';
        await this.#run(keep, [this.#writer, batch.intentIds, batch.intents]);
      }
      if (batch.settled.length > 0)
        await this.#run('DELETE FROM audit_intents WHERE id = ANY ($1::text[])', [batch.settled]);
      const rows = await this.#insert(batch.texts, batch.words);
      return batch.echo ? rows : [];
    });
  }

  /** {@inheritDoc Store.page} */
  page(query: ResolvedQuery): Promise<readonly Timed[]> {
    const { terms, values } = conditions(query);
    const [direction, beyond] = query.oldestFirst ? ['ASC', '>'] : ['DESC', '<'];
    if (query.after)
      terms.push(`(time, seq) ${beyond} ($${values.push(query.after.time)}, $${values.push(query.after.seq)})`);
    const where = terms.join(' AND ') || 'true';
    const limit = `$${values.push(query.limit)}`;
    return this.#rows(
      `SELECT ${ROW} FROM audit_events WHERE ${where} ORDER BY time ${direction}, seq ${direction} LIMIT ${limit}`,
      values,
    );
  }

  /** {@inheritDoc Store.count} */
  async count(query: ResolvedQuery): Promise<number> {
    const { terms, values } = conditions(query);
    const [row] = await this.#alone(() =>
      this.#run(`SELECT count(*) AS n FROM audit_events WHERE ${terms.join(' AND ') || 'true'}`, values),
    );
    return Number(row?.['n']);
  }

  /** {@inheritDoc Store.read} */
  read(afterSeq: number, limit: number): Promise<readonly StoredRow[]> {
    const [where, values] = Number.isFinite(afterSeq) ? ['seq > $2', [limit, afterSeq]] : ['true', [limit]];
    return this.#rows(`SELECT ${ROW} FROM audit_events WHERE ${where} ORDER BY seq LIMIT $1`, values);
  }

  /** {@inheritDoc Store.bounds} */
  bounds(): Promise<Bounds> {
    return this.#alone(() => this.#bounds());
  }

  /** {@inheritDoc Store.inspect} */
  async inspect(): Promise<string | undefined> {
    // Compared here: what JSON may hold, PostgreSQL does not always read.
    const named = [...Object.values(COLUMNS), 'time'];
    const sql = `SELECT seq, event, ${named.join(', ')} FROM audit_events WHERE seq > $1 ORDER BY seq LIMIT ${INSPECT_STEP}`;
    let rows: Record<string, unknown>[];
    let after = LEAST_SEQ;
    do {
      const from = after;
      rows = await this.#alone(() => this.#run(sql, [from]));
      const bad = rows.find((row) =>
        namedColumns(String(row['event'])).some((value, at) => value !== row[named[at] ?? '']),
      );
      if (bad) return `a column of event ${String(bad['seq'])} says another thing than the event`;
      after = String(rows.at(-1)?.['seq']);
    } while (rows.length === INSPECT_STEP);
    return undefined;
  }

  /** {@inheritDoc Store.prunable} */
  async prunable({ before }: Retention): Promise<Bounds['last'] | undefined> {
    if (before === undefined) return undefined;
    // Events are kept as they arrive: what stands before the first that is young enough may go. Read here, since what JSON
    // may hold, PostgreSQL does not always read.
    let last: Bounds['last'] | undefined;
    for (let after = -Infinity; ;) {
      const rows = await this.read(after, PRUNABLE_STEP);
      const young = rows.findIndex(({ text }) => arrivalOf(toEvent(text)) >= before);
      const old = young < 0 ? rows.at(-1) : rows[young - 1];
      last = old ? { seq: old.seq, hash: old.hash } : last;
      if (young >= 0 || rows.length < PRUNABLE_STEP) return last;
      after = rows.at(-1)?.seq ?? after;
    }
  }

  /** {@inheritDoc Store.prune} */
  async prune(seq: number, stub: string): Promise<void> {
    if (isOlderHead((await this.bounds()).stub, seq))
      await this.#alone(() =>
        this.#run('INSERT INTO audit_stub VALUES (1, $1) ON CONFLICT (only_one) DO UPDATE SET head = $1', [stub]),
      );
    const some = `SELECT seq FROM audit_events WHERE seq <= $1 ORDER BY seq LIMIT ${PRUNE_STEP}`;
    let removed: readonly unknown[];
    do
      removed = await this.#alone(() =>
        this.#run(`DELETE FROM audit_events WHERE seq IN (${some}) RETURNING 1`, [seq]),
      );
    while (removed.length === PRUNE_STEP);
  }

  /** {@inheritDoc Store.sync} */
  async sync(): Promise<void> {
    // A durable commit writes out everything that was committed before it.
    await this.#transaction(() => this.#run('SELECT pg_current_xact_id()'));
  }

  /** {@inheritDoc Store.close} */
  async close(): Promise<void> {
    await this.#last.catch(() => undefined);
    await this.#client.end();
  }

  async #prepare(access: StoreOptions['access']): Promise<void> {
    const [there] = await this.#run(`SELECT to_regclass('audit_schema') IS NOT NULL AS yes`);
    if (access === 'read') {
      if (there?.['yes'] !== true) throw new AuditError('There is no record in this database.');
      return;
    }
    await this.#transaction(async () => {
      await this.#run('SELECT pg_advisory_xact_lock($1, 0)', [LOCKS]);
      await this.#run('CREATE TABLE IF NOT EXISTS audit_schema (version integer NOT NULL)');
      const [row] = await this.#run('SELECT max(version) AS version FROM audit_schema');
      const version = Number(row?.['version'] ?? 0);
      if (version > MIGRATIONS.length)
        throw new AuditError(
          'The record was written by a newer version of mcp-governance. Use that version or a later one.',
        );
      for (const step of MIGRATIONS.slice(version)) await this.#client.query(step);
      if (version < MIGRATIONS.length) await this.#run('INSERT INTO audit_schema VALUES ($1)', [MIGRATIONS.length]);
    });
    await this.#run('SELECT pg_advisory_lock($1, $2)', [LOCKS, this.#writer]);
    await this.#recover();
  }

  /** A writer that lives holds a lock, which ends with its connection. */
  async #recover(): Promise<void> {
    for (const { writer } of await this.#run('SELECT DISTINCT writer FROM audit_intents WHERE writer <> $1', [
      this.#writer,
    ])) {
      await this.#transaction(async () => {
        const [lock] = await this.#run('SELECT pg_try_advisory_xact_lock($1, $2) AS gone', [LOCKS, writer]);
        if (lock?.['gone'] !== true) return;
        const intents = await this.#run('DELETE FROM audit_intents WHERE writer = $1 RETURNING event', [writer]);
        const lost = intents.map(({ event }) => lostOutcome(String(event)));
        await this.#insert(
          lost.map(({ text }) => text),
          lost.map(({ words }) => words),
        );
      });
    }
  }

  async #insert(texts: readonly string[], words: readonly string[]): Promise<StoredRow[]> {
    if (texts.length === 0) return [];
    // Readers go on; other writers wait, so that there is one chain.
    await this.#run('LOCK TABLE audit_events IN SHARE ROW EXCLUSIVE MODE');
    const rows = chainTexts((await this.#bounds()).last, texts);
    const columns = rows.map((row, at) => toColumns(row, words[at] ?? ''));
    const values = Array.from({ length: 12 }, (_, at) => columns.map((each) => each[at]));
    // A trigger or a rule may leave rows out without a word.
    const { rowCount } = await this.#client.query(INSERT, values);
    if (rowCount !== rows.length) throw new AuditError('PostgreSQL did not keep all events that it was given.');
    return rows;
  }

  async #bounds(): Promise<Bounds> {
    const [held] = await this.#run('SELECT head FROM audit_stub');
    const stub = held && String(held['head']);
    const [row] = await this.#run('SELECT seq, hash FROM audit_events ORDER BY seq DESC LIMIT 1');
    if (row) return { last: { seq: Number(row['seq']), hash: String(row['hash']) }, stub };
    const { seq, hash } = stub === undefined ? { seq: 0, hash: GENESIS } : (JSON.parse(stub) as Bounds['last']);
    return { last: { seq, hash }, stub };
  }

  async #rows(sql: string, values: readonly unknown[]): Promise<readonly Timed[]> {
    const rows = (await this.#alone(() => this.#run(sql, values))) as unknown as readonly Timed[];
    // The driver gives a bigint as text.
    return rows.map((row) => ({ ...row, seq: Number(row.seq as unknown) }));
  }

  async #run(text: string, values: readonly unknown[] = []): Promise<Record<string, unknown>[]> {
    return (await this.#client.query({ text, values: [...values] })).rows as Record<string, unknown>[];
  }

  /** Runs work when nothing else runs on the connection: what came between would become part of another's transaction. */
  #alone<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#last.then(work, work);
    this.#last = result.catch(() => undefined);
    return result;
  }

  #transaction<T>(work: () => Promise<T>): Promise<T> {
    return this.#alone(async () => {
      await this.#run('BEGIN');
      try {
        const result = await work();
        await this.#run('COMMIT');
        return result;
      } catch (fault) {
        await this.#run('ROLLBACK').catch(() => undefined);
        throw fault;
      }
    });
  }
}

function conditions({ equal, since, until, words }: ResolvedQuery): { terms: string[]; values: (string | number)[] } {
  const values: (string | number)[] = [];
  const terms = equal.map(([field, value]) => `${COLUMNS[field]} = $${values.push(value)}`);
  if (since !== undefined) terms.push(`time >= $${values.push(since)}`);
  if (until !== undefined) terms.push(`time < $${values.push(until)}`);
  if (words.length > 0) terms.push(`words @@ $${values.push(words.map((word) => `'${word}':*`).join(' & '))}::tsquery`);
  return { terms, values };
}
