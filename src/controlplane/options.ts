import { z } from 'zod';
import { type Clock, systemClock } from '../call/clock.js';
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
  readonly auditMaxAgeMs: number | undefined;
  readonly approvalMaxAgeMs: number | undefined;
  readonly auditThread: boolean;
  readonly host: string;
  readonly port: number;
  readonly publicUrl: string | undefined;
  readonly logLevel: (typeof LOG_LEVELS)[number];
  readonly clock: Clock;
}

const schema = z.strictObject({
  databaseUrl: z.string().min(1).optional(),
  auditUrl: z.string().min(1).optional(),
  auditMaxAgeMs: z.int().min(1).optional(),
  approvalMaxAgeMs: z.int().min(1).optional(),
  auditThread: z.boolean().optional(),
  host: z.string().min(1).optional(),
  port: z.int().min(0).max(65_535).optional(),
  publicUrl: z.url({ protocol: /^https?$/ }).optional(),
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
  const { host, port, publicUrl, logLevel, clock, auditMaxAgeMs, approvalMaxAgeMs, auditThread = true } = checked.data;
  const databaseUrl = checked.data.databaseUrl ?? (env['DATABASE_URL'] || DEFAULT_DATABASE_URL);
  return Object.freeze({
    databaseUrl,
    auditUrl: checked.data.auditUrl ?? (databaseUrl.startsWith('file:') ? `${databaseUrl}.audit.db` : databaseUrl),
    auditMaxAgeMs,
    approvalMaxAgeMs,
    auditThread,
    host: host ?? '127.0.0.1',
    port: port ?? 8787,
    publicUrl: publicUrl?.replace(/\/+$/, ''),
    logLevel: logLevel ?? 'info',
    clock: clock ?? systemClock,
  });
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
