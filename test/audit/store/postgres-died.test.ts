import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { AuditLogger } from '../../../src/audit/audit-logger.js';
import { event } from '../support.js';

const HOST = '127.0.0.1:5432/test';
/** A user and a schema of its own: nobody else's connections are ended. */
const name = `audit_died_${randomUUID().replaceAll('-', '')}`;
const admin = new pg.Client({ connectionString: `postgres://postgres@${HOST}`, connectionTimeoutMillis: 2_000 });
const connected = await admin.connect().then(
  () => true,
  () => false,
);
if (!connected) console.warn('skipped: PostgreSQL is not running on 127.0.0.1:5432');
const url = `postgres://${name}@${HOST}?options=-c%20search_path%3D${name}`;

beforeAll(async () => {
  if (connected) await admin.query(`CREATE ROLE ${name} LOGIN; CREATE SCHEMA ${name} AUTHORIZATION ${name}`);
});

afterAll(async () => {
  if (!connected) return;
  await admin.query(`DROP SCHEMA ${name} CASCADE; DROP ROLE ${name}`);
  await admin.end();
});

const terminate = (): Promise<unknown> =>
  admin.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = $1', [name]);

async function written(required: boolean, index: number): Promise<AuditLogger> {
  const logger = new AuditLogger({ url, required, worker: false });
  await logger.write(event(index));
  if (!required) await logger.getLog();
  return logger;
}

(connected ? describe : describe.skip)('closing a record whose connection died with nothing pending', () => {
  test.each([true, false])('loses nothing and says nothing (required: %s)', async (required) => {
    const logger = await written(required, required ? 1 : 2);
    await terminate();
    await expect(logger.close()).resolves.toBeUndefined();
    const again = new AuditLogger({ url, worker: false });
    expect(await again.count()).toBe(required ? 1 : 2);
    await again.close();
  });

  test('where it cannot be had again: durable is durable, and else it says what may be lost', async () => {
    const [durable, behind] = [await written(true, 3), await written(false, 4)];
    await admin.query(`ALTER ROLE ${name} NOLOGIN`);
    await terminate();
    await expect(durable.close()).resolves.toBeUndefined();
    await expect(behind.close()).rejects.toThrow('The last audit events may not survive the loss of power.');
    await admin.query(`ALTER ROLE ${name} LOGIN`);
  });
});
