import type { Transaction } from 'kysely';
import { createHash } from 'node:crypto';
import type { AuditLogger } from '../../audit/audit-logger.js';
import { writeExport } from '../../audit/query/write-export.js';
import type { Clock } from '../../call/clock.js';
import type { Store } from '../store/store.js';
import type { Tables } from '../store/tables.js';
import { BACKUP_TABLES, type BackupEnd, type BackupHead } from './backup-tables.js';

/** What a backup holds. */
export interface Backup {
  readonly revision: number;
  /** Rows of all tables. */
  readonly rows: number;
  /** Events of the record. */
  readonly events: number;
}

const PAGE = 2000;

/**
 * Writes everything that the controlplane keeps to one file, readable by its owner only; the file appears when it is
 * whole. The service may run meanwhile: all tables are of one moment, and the record of one a little later.
 *
 * The file is lines of JSON and the same for both databases, so that it also leads from one to the other. Keys are in it
 * as hashes.
 *
 * @param path - The file; one that is there is replaced.
 * @param record - Undefined where there is none.
 */
export async function writeBackup(
  path: string,
  store: Store,
  record: AuditLogger | undefined,
  clock: Clock,
): Promise<Backup> {
  const counts = { revision: 0, rows: 0, events: 0 };
  const sum = createHash('sha256');
  let lines = 0;
  const line = (value: object): string => {
    const text = `${JSON.stringify(value)}\n`;
    sum.update(text);
    lines++;
    return text;
  };
  async function* tables(tx: Transaction<Tables>): AsyncGenerator<string> {
    const { revision } = await tx.selectFrom('fleet').select('revision').executeTakeFirstOrThrow();
    counts.revision = revision;
    const created_at = new Date(clock.now()).toISOString();
    const head: BackupHead = { format: 'mcp-governance-backup', version: 1, created_at, revision };
    yield line(head);
    for await (const page of pagesOf(tx)) {
      counts.rows += page.length;
      yield page.map(([table, row]) => line({ table, row })).join('');
    }
  }
  async function* whole(): AsyncGenerator<string> {
    // Over before the record is read: that takes long, and a transaction that rests so long is ended by PostgreSQL.
    yield* store.readPieces(tables);
    let hash: string | null = null;
    for await (const page of record?.scan() ?? []) {
      counts.events += page.length;
      hash = page.at(-1)?.hash ?? hash;
      yield page.map(({ seq: _, previousHash: _p, hash: _h, ...event }) => line({ event })).join('');
    }
    const end: BackupEnd = { lines, sha256: sum.digest('hex'), record: { hash, events: counts.events } };
    yield `${JSON.stringify(end)}\n`;
  }
  await writeExport(path, whole());
  return counts;
}

async function* pagesOf(tx: Transaction<Tables>): AsyncGenerator<[string, object][]> {
  for (const { name, key } of BACKUP_TABLES) {
    for (let offset = 0; ; offset += PAGE) {
      let query = tx.selectFrom(name).selectAll();
      for (const column of key) query = query.orderBy(column as never);
      const rows = await query.limit(PAGE).offset(offset).execute();
      yield rows.map((row): [string, object] => [name, row]);
      if (rows.length < PAGE) break;
    }
  }
}
