import Database from 'libsql';
import { fileURLToPath } from 'node:url';
import type { Clock } from '../../call/clock.js';
import { ConfigError } from '../../errors/config-error.js';
import { openLibsql } from './libsql.js';
import { migrate, MIGRATION_TABLE, wasMigrated } from './migrations.js';
import { openPostgres } from './postgres.js';
import { Store } from './store.js';

/** What is opened where nothing is named. */
export const DEFAULT_DATABASE_URL = 'file:controlplane.db';

/**
 * Opens a database and brings its tables to the newest form.
 *
 * @param url - `file:controlplane.db`, `file:///var/lib/x.db`, or `postgres://...`.
 * @param create - False: a database that holds no tables of ours is left as it is, and refused. Default true.
 * @throws ConfigError for any other url, and where the database cannot be opened.
 */
export async function openStore(
  url: string,
  clock: Clock,
  log: (message: string) => void,
  create = true,
): Promise<Store> {
  if (/^postgres(ql)?:\/\//.test(url)) {
    const backend = await openPostgres(url, clock, log);
    return migrated(new Store(backend), backend.schema, create);
  }
  if (url.startsWith('file:')) {
    const path = pathOf(url);
    if (!create) refuseForeign(path);
    return migrated(new Store(openLibsql(path, clock)), undefined, create);
  }
  throw new ConfigError('A database url begins with file: or postgres://.');
}

async function migrated(store: Store, schema: string | undefined, create: boolean): Promise<Store> {
  try {
    if (!create && !(await wasMigrated(store.db, schema))) throw notOurs();
    await migrate(store.db, schema);
    return store;
  } catch (fault) {
    await store.close();
    throw fault;
  }
}

/** Looked at before the file is opened to be written: that alone would change how it is kept. */
function refuseForeign(path: string): void {
  let database: Database.Database | undefined;
  try {
    database = new Database(path, { readonly: true, fileMustExist: true });
    if (database.prepare('SELECT 1 FROM sqlite_schema WHERE name = ?').get([MIGRATION_TABLE]) !== undefined) return;
  } catch (fault) {
    throw notOurs(fault);
  } finally {
    database?.close();
  }
  throw notOurs();
}

function notOurs(cause?: unknown): ConfigError {
  return new ConfigError(
    'No controlplane keeps its data there. Name the database of the service with --database-url.',
    { cause },
  );
}

function pathOf(url: string): string {
  return url.startsWith('file://') ? fileURLToPath(url) : url.slice('file:'.length);
}
