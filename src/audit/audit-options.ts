import { fileURLToPath } from 'node:url';
import { ConfigError } from '../errors/config-error.js';
import { nearest } from '../errors/config-error.js';
import type { StoreOptions } from './store/store.js';

/** How much of the record is kept. What is removed leaves a signed head, so that the rest can still be verified. */
export interface RetentionOptions {
  /** Milliseconds after which events go. Default: never. */
  maxAgeMs?: number | undefined;
  /** Bytes of the store beyond which the oldest events go. Not for PostgreSQL. Default: no bound. */
  maxBytes?: number | undefined;
}

/** Everything `new AuditLogger(options)` takes. */
export interface AuditLoggerOptions {
  /**
   * Where events are kept: `file:audit.db` (embedded database), `file:audit.jsonl` (lines of JSON) or
   * `postgres://user@host/database`. Default `file:audit.db`.
   */
  url?: string | undefined;
  /** True: a call runs only once its intent would survive the loss of power. Default false: written behind the calls. */
  required?: boolean | undefined;
  /** Most events that wait for the store; more are dropped, and counted. Default 100,000. */
  queueLimit?: number | undefined;
  /** How much is kept. Default all. */
  retention?: RetentionOptions | undefined;
  /** Bytes after which a JSONL file is put away and the next begun. Default 67,108,864. */
  rotateBytes?: number | undefined;
  /** The Ed25519 key that signs checkpoints, in PEM. Made at its first use. Default: the store's path and `.key`. */
  keyFile?: string | undefined;
  /** True: nothing is written, and the store must exist. Default false. */
  readOnly?: boolean | undefined;
  /** False: files are written in this thread, for programs that are bundled into one file. Default true. */
  worker?: boolean | undefined;
}

/** The options with every default settled. */
export interface ResolvedAuditOptions {
  readonly store: StoreOptions;
  readonly required: boolean;
  readonly queueLimit: number;
  readonly retention: { readonly maxAgeMs: number | undefined; readonly maxBytes: number | undefined };
  readonly keyFile: string;
  readonly worker: boolean;
}

const KNOWN = ['url', 'required', 'queueLimit', 'retention', 'rotateBytes', 'keyFile', 'readOnly', 'worker'];

/**
 * Settles the options.
 *
 * @throws ConfigError for anything that cannot be right.
 */
export function resolveAuditOptions(options: AuditLoggerOptions): ResolvedAuditOptions {
  refuseUnknown('AuditLogger', options, KNOWN);
  refuseUnknown('retention', options.retention ?? {}, ['maxAgeMs', 'maxBytes']);
  const place = placeOf(options.url ?? 'file:audit.db');
  const { maxAgeMs, maxBytes } = options.retention ?? {};
  atLeast('retention.maxAgeMs', maxAgeMs, 1);
  atLeast('retention.maxBytes', maxBytes, 1024);
  atLeast('queueLimit', options.queueLimit, 1);
  atLeast('rotateBytes', options.rotateBytes, 1024);
  if (maxBytes !== undefined && place.kind === 'postgres') {
    throw new ConfigError('retention.maxBytes is not for PostgreSQL, whose tables do not shrink. Use maxAgeMs.');
  }
  const ownFile = place.kind === 'postgres' || place.place === ':memory:' ? 'mcp-governance-audit' : place.place;
  return {
    store: {
      ...place,
      access: options.readOnly === true ? 'read' : 'write',
      rotateBytes: options.rotateBytes ?? 64 * 1024 ** 2,
    },
    required: options.required ?? false,
    queueLimit: options.queueLimit ?? 100_000,
    retention: { maxAgeMs, maxBytes },
    keyFile: options.keyFile ?? `${ownFile}.key`,
    worker: (options.worker ?? true) && place.kind !== 'postgres',
  };
}

function placeOf(url: string): Pick<StoreOptions, 'kind' | 'place'> {
  if (/^postgres(?:ql)?:\/\//.test(url)) return { kind: 'postgres', place: url };
  if (!url.startsWith('file:') || url === 'file:') {
    // Not quoted: a misspelt URL may hold a password.
    throw new ConfigError('url must begin with file: or postgres://, as in file:audit.db or file:audit.jsonl.');
  }
  const place = url.startsWith('file://') ? fileURLToPath(url) : url.slice('file:'.length);
  return { kind: /\.(?:jsonl|ndjson)$/i.test(place) ? 'jsonl' : 'libsql', place };
}

function atLeast(name: string, value: number | undefined, least: number): void {
  if (value === undefined || (Number.isSafeInteger(value) && value >= least)) return;
  throw new ConfigError(`${name} must be a whole number from ${least}.`);
}

function refuseUnknown(what: string, options: object, known: readonly string[]): void {
  const unknown = Object.keys(options).find((key) => !known.includes(key));
  if (unknown === undefined) return;
  const near = nearest(unknown, known);
  throw new ConfigError(`${what}: there is no option '${unknown}'.${near === '' ? '' : ` Did you mean '${near}'?`}`);
}
