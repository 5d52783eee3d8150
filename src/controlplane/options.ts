import { isIP } from 'node:net';
import { z } from 'zod';
import { type Clock, systemClock } from '../call/clock.js';
import { isRedisUrl } from '../config/redis-url.js';
import { ConfigError, nearest } from '../errors/config-error.js';
import { LOG_LEVELS } from './http/server.js';
import { DEFAULT_DATABASE_URL } from './store/open-store.js';

/** How a controlplane is set up. */
export interface ControlplaneOptions {
  /**
   * `file:controlplane.db` or `postgres://...`.
   *
   * @defaultValue `DATABASE_URL`, then `file:controlplane.db`
   */
  readonly databaseUrl?: string;
  /**
   * Where audit events are kept: `file:audit.db`, or `postgres://...`.
   *
   * @defaultValue beside the database file, and in the same PostgreSQL
   */
  readonly auditUrl?: string;
  /**
   * The Ed25519 key, in PEM, that signs what retention removed of the record; made where it is missing. Several processes
   * on one PostgreSQL need the same.
   *
   * @defaultValue beside the record; with PostgreSQL `mcp-governance-audit.key` in the working folder
   */
  readonly auditKeyFile?: string;
  /**
   * Milliseconds after which audit events go.
   *
   * @defaultValue never
   */
  readonly auditMaxAgeMs?: number;
  /**
   * Milliseconds after which approval requests that are settled go.
   *
   * @defaultValue never
   */
  readonly approvalMaxAgeMs?: number;
  /**
   * False: the record is written in this thread, for programs that are bundled into one file.
   *
   * @defaultValue true
   */
  readonly auditThread?: boolean;
  /**
   * The address to bind.
   *
   * @defaultValue `127.0.0.1`
   */
  readonly host?: string;
  /**
   * The port to bind; 0 for any that is free.
   *
   * @defaultValue 8787
   */
  readonly port?: number;
  /**
   * The address under which people reach the service, where it is another one than host and port: links lead there, and
   * cookies are `Secure` where it is https.
   *
   * @defaultValue host and port
   */
  readonly publicUrl?: string;
  /**
   * A Redis or Valkey, `redis://` or `rediss://`, in which several processes count wrong credentials together. Needs the
   * package ioredis.
   *
   * @defaultValue `REDIS_URL`; without either each process counts by itself
   */
  readonly redisUrl?: string;
  /**
   * The proxies whose `X-Forwarded-For` is believed: addresses, networks (`10.0.0.0/8`), `loopback`, `linklocal` and
   * `uniquelocal`. Wrong credentials are counted by the address this leads to.
   *
   * @defaultValue none: the address of the connection counts
   */
  readonly trustProxy?: readonly string[];
  /**
   * How much is logged to standard error, one JSON object a line.
   *
   * @defaultValue `info`
   */
  readonly logLevel?: (typeof LOG_LEVELS)[number];
  /**
   * Where the time comes from.
   *
   * @defaultValue the machine
   */
  readonly clock?: Clock;
}

/** The options, complete. */
export interface ResolvedControlplaneOptions {
  readonly databaseUrl: string;
  readonly auditUrl: string;
  readonly auditKeyFile: string | undefined;
  readonly auditMaxAgeMs: number | undefined;
  readonly approvalMaxAgeMs: number | undefined;
  readonly auditThread: boolean;
  readonly host: string;
  readonly port: number;
  readonly publicUrl: string | undefined;
  readonly redisUrl: string | undefined;
  readonly trustProxy: readonly string[];
  readonly logLevel: (typeof LOG_LEVELS)[number];
  readonly clock: Clock;
}

const REDIS_URL_RULE = 'must be redis://host:port or rediss://host:port';

const schema = z.strictObject({
  databaseUrl: z.string().min(1).optional(),
  auditUrl: z.string().min(1).optional(),
  auditKeyFile: z.string().min(1).optional(),
  auditMaxAgeMs: z.int().min(1).optional(),
  approvalMaxAgeMs: z.int().min(1).optional(),
  auditThread: z.boolean().optional(),
  host: z.string().min(1).optional(),
  port: z.int().min(0).max(65_535).optional(),
  publicUrl: z.url({ protocol: /^https?$/ }).optional(),
  redisUrl: z
    .string()
    .refine((url) => isRedisUrl(url), REDIS_URL_RULE)
    .optional(),
  trustProxy: z
    .array(
      z.string().refine((text) => isProxy(text), 'each must be an address, a network such as 10.0.0.0/8, or a name'),
    )
    .optional(),
  logLevel: z.enum(LOG_LEVELS).optional(),
  clock: z.custom<Clock>((value) => typeof (value as Clock | undefined)?.after === 'function').optional(),
});

/**
 * Checks and completes the options.
 *
 * @throws ConfigError naming what is wrong.
 */
export function resolveControlplaneOptions(
  options: ControlplaneOptions,
  env: Readonly<Record<string, string | undefined>>,
): ResolvedControlplaneOptions {
  const checked = schema.safeParse(options);
  if (!checked.success) throw toConfigError(checked.error);
  const { host, port, publicUrl, redisUrl, trustProxy, logLevel, clock } = checked.data;
  const { auditMaxAgeMs, approvalMaxAgeMs, auditThread = true } = checked.data;
  const databaseUrl = checked.data.databaseUrl ?? (env['DATABASE_URL'] || DEFAULT_DATABASE_URL);
  return Object.freeze({
    databaseUrl,
    auditUrl: checked.data.auditUrl ?? (databaseUrl.startsWith('file:') ? `${databaseUrl}.audit.db` : databaseUrl),
    auditKeyFile: checked.data.auditKeyFile,
    auditMaxAgeMs,
    approvalMaxAgeMs,
    auditThread,
    host: host ?? '127.0.0.1',
    port: port ?? 8787,
    publicUrl: publicUrl?.replace(/\/+$/, ''),
    redisUrl: redisUrl ?? redisUrlOf(env),
    trustProxy: trustProxy ?? [],
    logLevel: logLevel ?? 'info',
    clock: clock ?? systemClock,
  });
}

/** The text does not quote the address: it may hold a password. */
function redisUrlOf({ REDIS_URL: url }: Readonly<Record<string, string | undefined>>): string | undefined {
  if (url === undefined || url === '') return undefined;
  if (!isRedisUrl(url)) throw new ConfigError(`REDIS_URL ${REDIS_URL_RULE}.`);
  return url;
}

function isProxy(text: string): boolean {
  if (['loopback', 'linklocal', 'uniquelocal'].includes(text)) return true;
  const [, ip = '', bits = '1'] = /^([^/%]+)(?:\/(\d{1,3}))?$/.exec(text) ?? [];
  return Number(bits) >= 1 && Number(bits) <= { 0: 0, 4: 32, 6: 128 }[isIP(ip) as 0 | 4 | 6];
}

function toConfigError({ issues }: z.ZodError): ConfigError {
  const [issue] = issues;
  if (issue?.code === 'unrecognized_keys') {
    const [key = ''] = issue.keys;
    const near = nearest(key, Object.keys(schema.shape));
    return new ConfigError(`The controlplane has no option ${key}.${near === '' ? '' : ` Did you mean ${near}?`}`);
  }
  return new ConfigError(
    `The option ${issue?.path.join('.') ?? ''} of the controlplane cannot be right: ${issue?.message ?? ''}.`,
  );
}
