import {
  CompiledQuery,
  type DatabaseConnection,
  type DialectAdapter,
  type Driver,
  Kysely,
  SqliteAdapter,
  SqliteDialect,
  SqliteDriver,
  type TransactionSettings,
} from 'kysely';
import Database from 'libsql';
import { closeSync, openSync } from 'node:fs';
import type { Clock } from '../../call/clock.js';
import { ConfigError } from '../../errors/config-error.js';
import type { StoreBackend } from './store.js';
import type { StoreListener } from './store-event.js';
import type { Tables } from './tables.js';

/** How often is looked whether another process (the command line) wrote to the file. */
const LOOK_MS = 250;
const BUSY_MS = 5000;

/** Migrations in transactions, which SQLite can: one that is killed leaves nothing behind. */
class LibsqlAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}

/**
 * Takes the lock for writing when a transaction begins, unless it only reads: taking it later fails where somebody else
 * wrote in between.
 */
class LibsqlDialect extends SqliteDialect {
  readonly #database: Database.Database;

  constructor(database: Database.Database) {
    super({ database });
    this.#database = database;
  }

  override createAdapter(): DialectAdapter {
    return new LibsqlAdapter();
  }

  override createDriver(): Driver {
    const driver = new SqliteDriver({ database: this.#database });
    return Object.assign(driver, {
      beginTransaction: async (connection: DatabaseConnection, { accessMode }: TransactionSettings) => {
        await connection.executeQuery(CompiledQuery.raw(accessMode === 'read only' ? 'begin' : 'begin immediate'));
      },
    });
  }
}

/**
 * Opens a libsql file, readable by its owner only.
 *
 * Written ahead and synchronised with the disk at every commit: an acknowledged write survives `kill -9` and a power cut.
 *
 * @throws ConfigError where the file cannot be opened.
 */
export function openLibsql(path: string, clock: Clock): StoreBackend {
  const database = open(path);
  database.exec(`PRAGMA busy_timeout = ${BUSY_MS}`);
  database.exec('PRAGMA journal_mode = WAL');
  database.exec('PRAGMA synchronous = FULL');
  const version = (): unknown => (database.pragma('data_version') as [{ data_version: number }])[0].data_version;
  let stopLooking = (): void => undefined;
  return {
    kind: 'libsql',
    db: new Kysely<Tables>({ dialect: new LibsqlDialect(database) }),
    // Several processes of the service need a PostgreSQL: a file has one.
    alone: async (_name, work) => work(),
    send: async () => undefined,
    listen: async (listener: StoreListener) => {
      let seen = version();
      const look = (): void => {
        stopLooking = clock.after(LOOK_MS, look);
        try {
          const now = version();
          if (now !== seen) listener({ kind: 'resync' });
          seen = now;
        } catch {
          // The disk does not answer: every request says so, and the next look comes.
        }
      };
      stopLooking = clock.after(LOOK_MS, look);
    },
    close: async () => {
      stopLooking();
      database.close();
    },
  };
}

function open(path: string): Database.Database {
  try {
    if (path !== ':memory:') closeSync(openSync(path, 'a', 0o600));
    return new Database(path);
  } catch (fault) {
    const { code = 'unknown fault' } = fault as NodeJS.ErrnoException;
    throw new ConfigError(`The database file cannot be opened (${code}). Name another one with --database-url.`, {
      cause: fault,
    });
  }
}
