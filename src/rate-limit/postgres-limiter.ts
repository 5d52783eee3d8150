import RateLimiterPostgres from 'rate-limiter-flexible/lib/RateLimiterPostgres.js';
import { refusalAsAnswer, type SharedLimiterFactory, type SharedLimiterOptions } from './shared-limiter.js';
import type { PostgresLike } from './stores.js';

/** The table that holds the counts of every limiter in a database. */
export const POSTGRES_TABLE = 'mcp_governance_rate_limits';
/** How often rows whose window has ended are removed, while calls are counted. */
const SWEEP_EVERY_MS = 300_000;

interface Query {
  readonly text: string;
  readonly values?: readonly unknown[];
}

/**
 * Makes limiters that count in Postgres, each operation one atomic statement.
 *
 * The table is created by the first operation where it is missing; where it is there, no right to create is needed.
 * Statements carry no name, so that they work behind a connection pooler. No timer runs: rows whose window has ended
 * are removed now and then by whoever counts.
 */
export function postgresLimiters(client: PostgresLike): SharedLimiterFactory {
  const run = client.query.bind(client) as unknown as (query: Query) => Promise<unknown>;
  const storeClient = { query: ({ text, values }: Query) => run({ text, ...(values && { values }) }) };
  const common = { storeClient, storeType: 'client', tableName: POSTGRES_TABLE, clearExpiredByTimeout: false };
  let ready: Promise<void> | undefined;
  let sweepAt = 0;

  async function prepare(): Promise<void> {
    const options = { ...common, points: 1, duration: 1, keyPrefix: '' };
    const isThere = (): Promise<unknown> => new RateLimiterPostgres({ ...options, tableCreated: true }).get('');
    try {
      await isThere();
    } catch {
      const fault = await new Promise<Error | undefined>((resolve) => {
        new RateLimiterPostgres(options, resolve);
      });
      // Where two processes create the table at once, Postgres fails one of them, in more ways than the library knows.
      if (fault) await isThere();
    }
  }

  async function whenReady(): Promise<void> {
    ready ??= prepare().catch((fault: unknown) => {
      // A database that was away has to be asked again.
      ready = undefined;
      throw fault;
    });
    await ready;
    const now = Date.now();
    if (now < sweepAt) return;
    sweepAt = now + SWEEP_EVERY_MS;
    const text = `DELETE FROM "${POSTGRES_TABLE}" WHERE expire < $1`;
    void storeClient.query({ text, values: [now] }).catch(() => undefined);
  }

  return (options: SharedLimiterOptions) => {
    const limiter = new RateLimiterPostgres({ ...common, ...options, tableCreated: true });
    return {
      consume: (key) => whenReady().then(() => refusalAsAnswer(limiter.consume(key))),
      penalty: (key) => whenReady().then(() => limiter.penalty(key)),
      reward: (key) => whenReady().then(() => limiter.reward(key)),
      get: (key) => whenReady().then(() => limiter.get(key)),
      countsRefusals: true,
    };
  };
}
