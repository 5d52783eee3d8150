import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import Database from 'libsql';
import { itWithRedisServer, RedisServer } from '../../rate-limit/redis-server.js';
import { itWithRedis } from '../../rate-limit/support.js';
import { type Ask, type Answer, asker, DATABASES, libsqlDatabase, startService, type TestService } from '../service.js';

const itRedis = await itWithRedis();
const itRedisServer = itWithRedisServer();
/** The Redis of this machine, in a database of our own; addresses below are used once. */
const REDIS = 'redis://127.0.0.1:6379/11';
const TRUSTING = { trustProxy: ['loopback'] } as const;
const SESSION = '/api/v1/session';

/** An address that nobody has had, as the proxy on this machine writes it. */
const newAddress = (): { readonly 'x-forwarded-for': string } => ({
  'x-forwarded-for': `198.18.${[...randomBytes(2)].join('.')}`,
});
const statusOf = async (answer: Promise<Answer>): Promise<number> => (await answer).status;
const cookieOf = ({ headers }: Answer): string => headers.get('set-cookie')!.split(';')[0]!;

/** Sends so many wrong keys at once, and counts the answers by their status. */
async function fail(count: number, ask: Ask, from: Record<string, string>): Promise<Record<number, number>> {
  const counts: Record<number, number> = {};
  const all = Array.from({ length: count }, (_, each) =>
    statusOf(ask('GET', SESSION, undefined, { ...from, 'x-wax-key': `wrong-${each}` })),
  );
  for (const status of await Promise.all(all)) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}

describe.each(DATABASES)('attempts with wrong credentials, on %s', (_name, make) => {
  let service: TestService;
  let drop: () => Promise<void>;
  beforeAll(async () => {
    const database = await make();
    ({ drop } = database);
    service = await startService(database.url, TRUSTING);
  });
  afterAll(async () => {
    await service.stop();
    await drop();
  });
  const stranger: Ask = (...asked) => asker(service.url)(...asked);

  test('thirty a minute from one address, of all kinds together; then 429 says when to come again', async () => {
    const from = newAddress();
    for (let each = 0; each < 10; each += 1) {
      const cookie = { ...from, cookie: `mcp_governance_session=wrong-${each}` };
      expect(await statusOf(stranger('GET', SESSION, undefined, cookie))).toBe(401);
      expect(await statusOf(stranger('GET', `/login?token=wrong-${each}`, undefined, from))).toBe(401);
      expect(await statusOf(stranger('POST', SESSION, { key: `wrong-${each}` }, from))).toBe(401);
    }
    const refused = await stranger('GET', SESSION, undefined, { ...from, authorization: 'Bearer wrong' });
    expect([refused.status, refused.body.error]).toEqual([429, 'too_many_attempts']);
    expect(refused.headers.get('retry-after')).toBe(String(refused.body.retry_after));
    expect(refused.body.retry_after).toBeGreaterThan(0);
    expect(refused.body.retry_after).toBeLessThanOrEqual(60);
    const others: [string, string, unknown, Record<string, string>][] = [
      ['GET', SESSION, undefined, { cookie: 'mcp_governance_session=wrong' }],
      ['GET', SESSION, undefined, { 'x-wax-key': 'x'.repeat(5000) }],
      ['GET', '/login?token=wrong', undefined, {}],
      ['POST', SESSION, { link: 'wrong' }, {}],
      ['POST', SESSION, { key: 'wrong' }, {}],
    ];
    for (const [method, path, body, headers] of others) {
      expect(await statusOf(stranger(method, path, body, { ...from, ...headers }))).toBe(429);
    }
    expect(await statusOf(stranger('GET', SESSION, undefined, from))).toBe(401);
    expect(await statusOf(stranger('GET', '/healthz', undefined, from))).toBe(200);
    expect(await fail(1, stranger, newAddress())).toEqual({ 401: 1 });
  });

  test('two hundred at once: thirty are told that they are wrong', async () => {
    expect(await fail(200, stranger, newAddress())).toEqual({ 401: 30, 429: 170 });
  });

  test('keys, sessions and links that this process knows go on from an address that is blocked', async () => {
    const from = newAddress();
    const { id, key } = await service.controlplane.createKey('door', 'viewer');
    const { link } = (await service.ask('POST', '/api/v1/links', { name: 'ann', role: 'admin' })).body;
    const door: Ask = (method, path) => stranger(method, path, undefined, { ...from, 'x-wax-key': key });
    await fail(40, stranger, from);
    expect(await statusOf(door('GET', SESSION))).toBe(200);
    // By then it has to be looked up again.
    await new Promise((resolve) => setTimeout(resolve, 1100));
    expect(await statusOf(door('GET', SESSION))).toBe(200);
    const { pathname, search } = new URL(link);
    const followed = await stranger('GET', pathname + search, undefined, from);
    expect(followed.status).toBe(303);
    const cookie = { ...from, cookie: cookieOf(followed) };
    expect(await statusOf(stranger('GET', SESSION, undefined, cookie))).toBe(200);
    const opened = await stranger('POST', SESSION, { key }, from);
    expect(opened.status).toBe(201);
    await service.ask('DELETE', `/api/v1/keys/${id}`);
    const gone = { ...from, cookie: cookieOf(opened) };
    expect(await statusOf(door('GET', SESSION))).toBe(429);
    expect(await statusOf(stranger('GET', SESSION, undefined, gone))).toBe(429);
    expect(await statusOf(stranger('GET', pathname + search, undefined, from))).toBe(429);
    expect(await statusOf(stranger('GET', SESSION, undefined, cookie))).toBe(200);
  });

  test('a fleet that comes back at once, with valid keys of one address, gets in', async () => {
    const from = newAddress();
    const keys = await Promise.all(
      Array.from({ length: 60 }, (_, each) => service.controlplane.createKey(`door ${each}`, 'agent')),
    );
    const all = keys.map(({ key }) => statusOf(stranger('GET', SESSION, undefined, { ...from, 'x-wax-key': key })));
    expect(new Set(await Promise.all(all))).toEqual(new Set([200]));
  });
});

describe('attempts', () => {
  const stops: (() => Promise<void>)[] = [];
  afterAll(async () => {
    for (const stop of stops.reverse()) await stop();
  });
  /** A service of its own, with the path of its database. */
  const start = async (options: Parameters<typeof startService>[1]): Promise<TestService & { file: string }> => {
    const database = await libsqlDatabase();
    stops.push(database.drop);
    const service = await startService(database.url, options);
    stops.push(service.stop);
    return { ...service, file: database.url.slice('file:'.length) };
  };

  test('what is refused asks nothing of the database', async () => {
    const { url, file } = await start(TRUSTING);
    const from = newAddress();
    expect(await fail(31, asker(url), from)).toEqual({ 401: 30, 429: 1 });
    const raw = new Database(file);
    for (const table of ['api_keys', 'sessions', 'login_links']) raw.exec(`alter table ${table} rename to no_${table}`);
    raw.close();
    expect(await fail(1, asker(url), newAddress())).toEqual({ 500: 1 });
    expect(await fail(5, asker(url), from)).toEqual({ 429: 5 });
    expect(await statusOf(asker(url)('POST', SESSION, { link: 'wrong' }, from))).toBe(429);
    expect(await statusOf(asker(url, { cookie: 'mcp_governance_session=x' })('GET', SESSION, undefined, from))).toBe(
      429,
    );
  });

  test('X-Forwarded-For is believed of no proxy that was not named', async () => {
    const { url } = await start({});
    const counts = [await fail(20, asker(url), newAddress()), await fail(20, asker(url), newAddress())];
    expect(counts).toEqual([{ 401: 20 }, { 401: 10, 429: 10 }]);
    const other = await start({ trustProxy: ['192.0.2.0/24'] });
    await fail(30, asker(other.url), newAddress());
    expect(await fail(1, asker(other.url), newAddress())).toEqual({ 429: 1 });
  });

  itRedis('two services with one Redis share the count', async () => {
    const options = { ...TRUSTING, redisUrl: REDIS };
    const [one, two] = [await start(options), await start(options)];
    const from = newAddress();
    expect(await fail(20, asker(one.url), from)).toEqual({ 401: 20 });
    expect(await fail(20, asker(two.url), from)).toEqual({ 401: 10, 429: 10 });
    expect(await fail(5, asker(one.url), from)).toEqual({ 429: 5 });
    expect(await fail(1, asker(one.url), newAddress())).toEqual({ 401: 1 });
  });

  itRedisServer('Redis killed: no request fails for it, and valid keys never asked it', async () => {
    const redis = await RedisServer.start();
    stops.push(() => redis.remove());
    const { url, ask, as } = await start({ ...TRUSTING, redisUrl: redis.url });
    const commands = async (): Promise<string> => String(await redis.command('INFO', 'commandstats'));
    const door = await as('agent');
    for (let i = 0; i < 20; i += 1) expect(await statusOf(door('GET', SESSION))).toBe(200);
    expect(await statusOf(ask('POST', '/api/v1/links', { name: 'bob', role: 'viewer' }))).toBe(201);
    expect(await commands()).not.toMatch(/cmdstat_eval/);
    const from = newAddress();
    expect(await fail(10, asker(url), from)).toEqual({ 401: 10 });
    expect(await commands()).toMatch(/cmdstat_eval:calls=10,/);
    await redis.stop();
    expect(await fail(40, asker(url), from)).toEqual({ 401: 20, 429: 20 });
    expect(await statusOf(door('GET', SESSION))).toBe(200);
    await redis.start();
    redis.pause();
    expect(await fail(40, asker(url), newAddress())).toEqual({ 401: 30, 429: 10 });
    expect(await statusOf(door('GET', SESSION))).toBe(200);
    redis.resume();
  });
});
