import type { Transaction } from 'kysely';
import type { AuditEvent } from '../../audit/audit-event.js';
import type { AuditLogger } from '../../audit/audit-logger.js';
import type { Clock } from '../../call/clock.js';
import type { JsonObject } from '../../call/json.js';
import { ConfigError } from '../../errors/config-error.js';
import type { Store } from '../store/store.js';
import type { Tables } from '../store/tables.js';
import { checkBackup, readBackup } from './read-backup.js';

/** What was brought back. */
export interface Restored {
  /** When the backup was written, ISO 8601. */
  readonly createdAt: string;
  /** The revision from now on. */
  readonly revision: number;
  readonly rows: number;
  readonly events: number;
  /**
   * False where the record's hashes are others than when it was written, because its oldest events had been pruned:
   * checkpoints of before cannot be compared any more.
   */
  readonly sameRecord: boolean;
}

/**
 * How far revisions jump: doors may have seen later ones than the backup has, and follow none that is not later still.
 */
export const REVISION_JUMP = 1000;

const BATCH = 1000;

/**
 * Brings a backup back into an empty database and an empty record.
 *
 * Requests for approval that were open are settled, for what was approved may have run since. The revision jumps, so that
 * doors which saw later revisions than the backup has take what is decided now.
 *
 * @throws ConfigError for a file that is no whole backup, and where database or record hold anything; nothing is changed
 *   then.
 */
export async function restoreBackup(path: string, store: Store, record: AuditLogger, clock: Clock): Promise<Restored> {
  const { head, end } = await checkBackup(path);
  if ((await record.lastSeq()) > 0) {
    throw new ConfigError('The record is not empty: restore into a new one, named with --audit-url.');
  }
  let rows = 0;
  const revision = head.revision + REVISION_JUMP;
  await store.write(async (tx, publish) => {
    await refuseUnlessEmpty(tx);
    for await (const line of readBackup(path)) {
      if (line.kind === 'event') break;
      await restoreRow(tx, line.table, line.row, clock.now());
      rows++;
    }
    const at = new Date(clock.now()).toISOString();
    await tx.updateTable('fleet').set({ revision }).execute();
    await tx
      .insertInto('changes')
      .values({
        ...{ revision, at, by: 'restore', kind: 'restore', subject: 'backup', operation: 'restore' },
        state: JSON.stringify({ created_at: head.created_at, revision: head.revision }),
      })
      .execute();
    publish({ kind: 'revision', revision });
  });
  const events = await restoreEvents(path, record);
  const last = await record.getLog({ limit: 1 });
  const sameRecord = (last.events[0]?.hash ?? null) === end.record.hash;
  return { createdAt: head.created_at, revision, rows, events, sameRecord };
}

async function refuseUnlessEmpty(tx: Transaction<Tables>): Promise<void> {
  // Written first: nobody writes anything between the look and the restore.
  const fleet = await tx
    .updateTable('fleet')
    .set((row) => ({ revision: row('revision', '+', 0) }))
    .returning('revision')
    .executeTakeFirstOrThrow();
  const key = await tx.selectFrom('api_keys').select('id').executeTakeFirst();
  const approval = await tx.selectFrom('approvals').select('id').executeTakeFirst();
  const server = await tx.selectFrom('servers').select('name').executeTakeFirst();
  if (fleet.revision === 0 && key === undefined && approval === undefined && server === undefined) return;
  throw new ConfigError('The database is not empty: restore into a new one, named with --database-url.');
}

async function restoreRow(tx: Transaction<Tables>, table: string, row: JsonObject, now: number): Promise<void> {
  if (table === 'fleet') {
    await tx
      .updateTable('fleet')
      .set({ global_default: String(row['global_default']) })
      .execute();
    return;
  }
  // A link that nobody used must not log anybody in out of a file.
  if (table === 'login_links' && row['used_at'] === null) return;
  const values = table === 'approvals' ? settled(row, now) : row;
  await tx
    .insertInto(table as 'policies')
    .values(values as unknown as Tables['policies'])
    .execute();
}

/** In the order of the backup; the database numbers requests anew. */
function settled({ sequence: _, ...row }: JsonObject, now: number): JsonObject {
  if (row['state'] === 'pending') return { ...row, state: 'expired', settled_at: now };
  if (row['state'] === 'approved') return { ...row, state: 'lapsed', settled_at: now };
  return row;
}

async function restoreEvents(path: string, record: AuditLogger): Promise<number> {
  let count = 0;
  let batch: AuditEvent[] = [];
  const keep = async (): Promise<void> => {
    await Promise.all(batch.map((event) => record.write(event)));
    count += batch.length;
    batch = [];
  };
  for await (const line of readBackup(path)) {
    if (line.kind !== 'event') continue;
    batch.push(line.event as unknown as AuditEvent);
    if (batch.length >= BATCH) await keep();
  }
  await keep();
  return count;
}
