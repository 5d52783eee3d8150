import { fileURLToPath } from 'node:url';
import type { Clock } from '../../call/clock.js';
import { ConfigError } from '../../errors/config-error.js';
import { openLibsql } from './libsql.js';
import { migrate } from './migrations.js';
import { openPostgres } from './postgres.js';
import { Store } from './store.js';

/** What is opened where nothing is named. */
export const DEFAULT_DATABASE_URL = 'file:controlplane.db';

/**
 * Opens a database and brings its tables to the newest form.
 *
 * @param url - `file:controlplane.db`, `file:///var/lib/x.db`, or `postgres://...`.
 * @throws ConfigError for any other url, and where the database cannot be opened.
 */
export async function openStore(url: string, clock: Clock, log: (message: string) => void): Promise<Store> {
  if (/^postgres(ql)?:\/\//.test(url)) {
    const backend = await openPostgres(url, clock, log);
    return migrated(new Store(backend), backend.schema);
  }
  if (url.startsWith('file:')) return migrated(new Store(openLibsql(pathOf(url), clock)), undefined);
  throw new ConfigError('A database url begins with file: or postgres://.');
}

async function migrated(store: Store, schema: string | undefined): Promise<Store> {
  try {
    await migrate(store.db, schema);
    return store;
  } catch (fault) {
    await store.close();
    throw fault;
  }
}

function pathOf(url: string): string {
  return url.startsWith('file://') ? fileURLToPath(url) : url.slice('file:'.length);
}
