import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { POSTGRES_TABLE, postgresLimiters } from '../../src/rate-limit/postgres-limiter.js';
import { RateLimiter } from '../../src/rate-limit/rate-limiter.js';
import { runCheck, SHARED_STORE_CHECKS } from './shared-store.js';
import {
  admitted,
  admittedOf,
  callOf,
  DEAD_PORT,
  itWithPostgres,
  postgresOptions,
  prefixOf,
  refused,
  rulesOf,
  until,
} from './support.js';

const itPostgres = await itWithPostgres();
const schema = `mcp_test_${process.pid}_${Date.now()}`;
/** A schema of its own: the table must be missing at first, and nobody else's rows must be touched. */
const options = { ...postgresOptions, options: `-c search_path=${schema}` };

describe('limits in Postgres', () => {
  const admin = new pg.Pool({ ...postgresOptions, max: 1 });
  const pools = [new pg.Pool(options), new pg.Pool(options)] as const;

  beforeAll(async () => {
    for (const pool of [admin, ...pools]) pool.on('error', () => undefined);
    if (itPostgres !== it.skip) await admin.query(`CREATE SCHEMA ${schema}`);
  });
  afterAll(async () => {
    if (itPostgres !== it.skip) await admin.query(`DROP SCHEMA ${schema} CASCADE`);
    await Promise.all([admin, ...pools].map((pool) => pool.end()));
  });

  const rows = async (prefix: string): Promise<{ key: string; points: number }[]> => {
    const sql = `SELECT key, points FROM ${schema}.${POSTGRES_TABLE} WHERE key LIKE $1`;
    return (await admin.query<{ key: string; points: number }>(sql, [`${prefix}%`])).rows;
  };
  const entries = async (prefix: string): Promise<string[]> =>
    (await rows(prefix)).map(({ key, points }) => `${key} ${points}`);

  for (const [name, check] of Object.entries(SHARED_STORE_CHECKS)) {
    itPostgres(name, () => runCheck(check, { clients: pools, entries }));
  }

  itPostgres('can be created by two processes at once', async () => {
    for (let round = 0; round < 30; round += 1) {
      await admin.query(`DROP TABLE IF EXISTS ${schema}.${POSTGRES_TABLE}`);
      const keyPrefix = prefixOf();
      const answers = await Promise.all(
        pools.map((pool) => postgresLimiters(pool)({ points: 5, duration: 60, keyPrefix }).consume('a')),
      );
      expect(answers.map((each) => each.consumedPoints).sort()).toEqual([1, 2]);
    }
  });

  itPostgres('works on a single client, and where the table may not be created', async () => {
    const role = `${schema}_role`;
    const reader = postgresLimiters(pools[0])({ points: 1, duration: 60, keyPrefix: prefixOf() });
    await reader.get('table');
    await admin.query(`CREATE ROLE ${role}`);
    const client = new pg.Client(options);
    await client.connect();
    try {
      await admin.query(`GRANT USAGE ON SCHEMA ${schema} TO ${role}`);
      await admin.query(`GRANT SELECT, INSERT, UPDATE, DELETE ON ${schema}.${POSTGRES_TABLE} TO ${role}`);
      await client.query(`SET ROLE ${role}`);
      const faults: unknown[] = [];
      const limiter = new RateLimiter(rulesOf({ maxPerMinute: 2 }), {
        store: client,
        prefix: prefixOf(),
        storeTimeoutMs: 20_000,
        onStoreFault: (fault) => faults.push(fault),
      });
      expect(await admittedOf(5, limiter)).toBe(2);
      expect(faults).toEqual([]);
    } finally {
      await client.end();
      await admin.query(`DROP OWNED BY ${role}; DROP ROLE ${role}`);
    }
  });

  itPostgres('names no statement, for connection poolers', async () => {
    const limiter = postgresLimiters(pools[0])({ points: 1, duration: 60, keyPrefix: prefixOf() });
    await limiter.consume('a');
    const connection = await pools[0].connect();
    const { rows: named } = await connection.query('SELECT name FROM pg_prepared_statements');
    connection.release();
    expect(named).toEqual([]);
  });

  itPostgres('lets windows end and removes their rows', async () => {
    const keyPrefix = prefixOf();
    const limiter = postgresLimiters(pools[0])({ points: 2, duration: 60, keyPrefix });
    await limiter.consume('a');
    await limiter.consume('b');
    await admin.query(`UPDATE ${schema}.${POSTGRES_TABLE} SET expire = 1 WHERE key LIKE $1`, [`${keyPrefix}%`]);
    expect((await limiter.consume('a')).consumedPoints).toBe(1);
    await postgresLimiters(pools[0])({ points: 2, duration: 60, keyPrefix }).get('a');
    await until(async () => (await rows(keyPrefix)).length === 1);
  });

  itPostgres('goes on counting where the pool is closed midway', async () => {
    const pool = new pg.Pool(options);
    const faults: unknown[] = [];
    const limiter = new RateLimiter(rulesOf({ maxPerMinute: 5 }), {
      store: pool,
      prefix: prefixOf(),
      storeTimeoutMs: 20_000,
      onStoreFault: (fault) => faults.push(fault),
    });
    await admitted(limiter);
    await admitted(limiter);
    await admitted(limiter, callOf({ agent: 'b' }));
    await pool.end();
    expect(await admittedOf(10, limiter)).toBe(3);
    expect(await admittedOf(10, limiter, callOf({ agent: 'b' }))).toBe(4);
    expect(faults).toHaveLength(1);
  });

  it('counts in this process where there never was a Postgres', async () => {
    const pool = new pg.Pool({ ...postgresOptions, port: DEAD_PORT });
    const faults: unknown[] = [];
    const limiter = new RateLimiter(rulesOf({ maxPerMinute: 4 }), { store: pool, onStoreFault: (f) => faults.push(f) });
    expect(await admittedOf(20, limiter)).toBe(4);
    expect((await refused(limiter)).limit).toBe('4 per minute');
    expect(faults).toHaveLength(1);
    await pool.end();
  });

  it('asks for the table again once the database is there', async () => {
    let there = false;
    const asked: string[] = [];
    const client = {
      query: ({ text }: { text: string }): Promise<unknown> => {
        asked.push(text.trim().split(' ')[0] ?? '');
        if (!there) return Promise.reject(new Error('gone'));
        return Promise.resolve({ rowCount: 1, rows: [{ points: 1, expire: Date.now() + 60_000 }] });
      },
    };
    const limiter = postgresLimiters(client)({ points: 1, duration: 60, keyPrefix: 'p' });
    await expect(limiter.consume('a')).rejects.toThrow('gone');
    there = true;
    expect((await limiter.consume('a')).consumedPoints).toBe(1);
    expect(asked).toEqual(['SELECT', 'CREATE', 'SELECT', 'SELECT', 'DELETE', 'INSERT']);
  });
});
