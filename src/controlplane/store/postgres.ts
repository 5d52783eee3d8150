import { hash, randomUUID } from 'node:crypto';
import { Kysely, PostgresDialect, sql, type Transaction } from 'kysely';
import type pg from 'pg';
import type { ClientConfig, Pool, PoolConfig } from 'pg';
import { ConfigError } from '../../errors/config-error.js';
import type { Clock } from '../../call/clock.js';
import { listenOn } from './postgres-listener.js';
import type { StoreBackend } from './store.js';
import type { StoreEvent } from './store-event.js';
import type { Tables } from './tables.js';

const INT8 = 20;
const CONNECT_MS = 5000;
const STATEMENT_MS = 15_000;
/** Longer than the server takes to give up: where no answer comes at all, the connection is gone. */
const QUERY_MS = 20_000;
/** A process that stops in the middle of a transaction must not keep the others waiting for ever. */
const IDLE_MS = 30_000;
/** How often a process that does something long shows that it has not stopped. */
const SIGN_MS = 10_000;

/** A backend that also knows the schema its tables stand in. */
export interface PostgresBackend extends StoreBackend {
  readonly schema: string;
}

/**
 * Connects to PostgreSQL.
 *
 * Connections that die are replaced by the pool; a query waits at most 5 s for one, and runs at most 15 s.
 *
 * @param log - Told what goes wrong behind the scenes.
 * @throws ConfigError where `pg` is not installed, and where the server cannot be reached or lets nobody in.
 */
export async function openPostgres(
  url: string,
  clock: Clock,
  log: (message: string) => void,
): Promise<PostgresBackend> {
  const { Client, Pool: NewPool, types } = await loadPg();
  const parserOf = types.getTypeParser as (oid: number, format?: 'text') => (text: string) => unknown;
  const config: ClientConfig & PoolConfig = {
    connectionString: url,
    connectionTimeoutMillis: CONNECT_MS,
    statement_timeout: STATEMENT_MS,
    query_timeout: QUERY_MS,
    idle_in_transaction_session_timeout: IDLE_MS,
    keepAlive: true,
    application_name: 'mcp-governance',
    types: {
      getTypeParser: (oid: number, format?: 'text'): ((text: string) => unknown) =>
        oid === INT8 ? Number : parserOf(oid, format),
    } as ClientConfig['types'],
  };
  const pool: Pool = new NewPool({ ...config, max: 10 });
  pool.on('error', () => log('a connection to PostgreSQL was lost'));
  // One that is lost between two queries of a transaction tells nobody but who listens; the next query fails then.
  pool.on('connect', (client) => client.on('error', () => undefined));
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
  const schema = await currentSchema(db).catch(async (fault: unknown) => {
    await db.destroy();
    throw fault;
  });
  const channel = `mcp_governance_${hash('sha256', schema).slice(0, 16)}`;
  const origin = randomUUID();
  let stopListening = async (): Promise<void> => undefined;
  return {
    kind: 'postgres',
    db,
    schema,
    // The lock ends with its connection: a process that dies keeps nobody waiting, and one that stands still not for long.
    alone: async (name, work) =>
      db.transaction().execute(async (tx) => {
        const lock = `mcp-governance:${schema}:${name}`;
        await sql`select pg_advisory_xact_lock(hashtextextended(${lock}, 0))`.execute(tx);
        const stop = every(clock, SIGN_MS, () => sql`select 1`.execute(tx));
        return work().finally(stop);
      }),
    send: async (tx: Transaction<Tables>, event: StoreEvent) => {
      await sql`select pg_notify(${channel}, ${JSON.stringify({ origin, event })})`.execute(tx);
    },
    listen: async (listener) => {
      const connect = (): pg.Client => new Client({ ...config, query_timeout: 0 });
      stopListening = await listenOn(channel, connect, clock, {
        onMessage: (text) => {
          const message = JSON.parse(text) as { origin: string; event: StoreEvent };
          if (message.origin !== origin) listener(message.event);
        },
        onConnect: () => listener({ kind: 'resync' }),
        log,
      });
    },
    close: async () => {
      await stopListening();
      await db.destroy();
    },
  };
}

/** Does something again and again until the function given back is called; a fault ends nothing. */
function every(clock: Clock, ms: number, work: () => Promise<unknown>): () => void {
  let cancel: () => void;
  const next = (): void => {
    cancel = clock.after(ms, () => {
      work().catch(() => undefined);
      next();
    });
  };
  next();
  return () => cancel();
}

async function loadPg(): Promise<typeof pg> {
  try {
    return (await import('pg')).default;
  } catch (fault) {
    throw new ConfigError('PostgreSQL needs the package pg: npm install pg', { cause: fault });
  }
}

async function currentSchema(db: Kysely<Tables>): Promise<string> {
  const { rows } = await sql<{ schema: string | null }>`select current_schema() as schema`
    .execute(db)
    .catch((fault: unknown) => {
      const { code = 'no answer' } = fault as NodeJS.ErrnoException;
      throw new ConfigError(`PostgreSQL cannot be reached (${code}). Look at the database url.`, { cause: fault });
    });
  const schema = rows[0]?.schema;
  if (schema) return schema;
  throw new ConfigError('The PostgreSQL user has no schema to create tables in: create one and set its search_path.');
}
