import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import {
  type Controlplane,
  type ControlplaneOptions,
  createControlplane,
  type Role,
} from '../../src/controlplane/index.js';

const POSTGRES = process.env['TEST_POSTGRES_URL'] ?? 'postgres://root@127.0.0.1:5432/test';

/** A database of its own for one suite. */
export interface TestDatabase {
  readonly url: string;
  drop(): Promise<void>;
}

/** What an answer said. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: ReturnType<typeof JSON.parse>;
}

/** Sends requests under one key. */
export type Ask = (method: string, path: string, body?: unknown, headers?: Record<string, string>) => Promise<Answer>;

/** A service that runs, with what tests need of it. */
export interface TestService {
  readonly controlplane: Controlplane;
  readonly url: string;
  readonly adminLink: string | undefined;
  /** Asks as an administrator. */
  readonly ask: Ask;
  /** Asks under a new key of this role. */
  as(role: Role, name?: string): Promise<Ask>;
  stop(): Promise<void>;
}

export async function libsqlDatabase(): Promise<TestDatabase> {
  const folder = mkdtempSync(join(tmpdir(), 'mcp-governance-controlplane-'));
  return {
    url: `file:${join(folder, 'controlplane.db')}`,
    drop: async () => rmSync(folder, { recursive: true, force: true }),
  };
}

export async function postgresDatabase(): Promise<TestDatabase> {
  const schema = `mcp_controlplane_${randomUUID().replaceAll('-', '')}`;
  const run = async (query: string): Promise<void> => {
    const client = new pg.Client({ connectionString: POSTGRES, connectionTimeoutMillis: 2000 });
    await client.connect();
    await client.query(query).finally(() => client.end());
  };
  await run(`CREATE SCHEMA ${schema}`);
  return {
    url: `${POSTGRES}?options=${encodeURIComponent(`-c search_path=${schema}`)}`,
    drop: () => run(`DROP SCHEMA ${schema} CASCADE`),
  };
}

const hasPostgres = await postgresDatabase().then(
  (database) => database.drop().then(() => true),
  () => false,
);

/** Every database there is to test with; without a PostgreSQL on this machine, one. */
export const DATABASES: [name: string, make: () => Promise<TestDatabase>][] = [
  ['libsql', libsqlDatabase],
  ...(hasPostgres ? ([['postgres', postgresDatabase]] as [string, () => Promise<TestDatabase>][]) : []),
];

/** The same with PostgreSQL alone. */
export const POSTGRES_DATABASES = DATABASES.slice(1);

/** For services of tests: sources cannot start a thread of their own. */
export const QUIET = { port: 0, logLevel: 'silent', auditThread: false } as const;

export async function startService(url: string, options: Partial<ControlplaneOptions> = {}): Promise<TestService> {
  const controlplane = await createControlplane({ databaseUrl: url, ...QUIET, ...options });
  const started = await controlplane.start();
  const as = async (role: Role, name = role): Promise<Ask> => {
    const { key } = await controlplane.createKey(name, role);
    return asker(started.url, { authorization: `Bearer ${key}` });
  };
  return { controlplane, ...started, ask: await as('admin'), as, stop: () => controlplane.stop() };
}

/** Sends requests with these headers. */
export function asker(url: string, always: Record<string, string> = {}): Ask {
  return async (method, path, body, headers = {}) => {
    const answer = await fetch(`${url}${path}`, {
      method,
      redirect: 'manual',
      headers: { ...always, ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await answer.text();
    const isJson = answer.headers.get('content-type')?.startsWith('application/json') === true && text !== '';
    return { status: answer.status, headers: answer.headers, body: isJson ? JSON.parse(text) : text };
  };
}

/** Asks again where the connection was one to a service that has restarted since. */
export function persistent(ask: Ask): Ask {
  return (...asked) => ask(...asked).catch(() => ask(...asked));
}

/** Waits for what happens behind a request's back. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 20_000;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error('it never happened');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
