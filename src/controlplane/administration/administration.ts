import { existsSync } from 'node:fs';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { AuditLogger } from '../../audit/audit-logger.js';
import type { Clock } from '../../call/clock.js';
import { ConfigError } from '../../errors/config-error.js';
import type { Replay } from '../../policy/tools/replay-events.js';
import { Fleet } from '../decisions/fleet.js';
import { type ReplayChoice, replayDraft } from '../documents/replay-draft.js';
import { KeyStore } from '../keys/key-store.js';
import { type Removed, Retention, type RetentionAges } from '../operations/retention.js';
import { resolveControlplaneOptions, type ResolvedControlplaneOptions } from '../options.js';
import { openStore } from '../store/open-store.js';
import type { Store } from '../store/store.js';
import { exportPolicies } from './export-policies.js';
import { type Imported, importPolicies, type ImportOptions } from './import-policies.js';
import { type Restored, restoreBackup } from './restore-backup.js';
import { type Backup, writeBackup } from './write-backup.js';

/** Where what is administered stands. */
export interface AdministrationOptions {
  /**
   * `file:controlplane.db` or `postgres://...`.
   *
   * @defaultValue `DATABASE_URL`, then `file:controlplane.db`
   */
  readonly databaseUrl?: string;
  /**
   * Where audit events are kept.
   *
   * @defaultValue beside the database file, and in the same PostgreSQL
   */
  readonly auditUrl?: string;
  /**
   * The key that signs what retention removed of the record: that of the service.
   *
   * @defaultValue as for the service
   */
  readonly auditKeyFile?: string;
  /**
   * True: a database file that is missing is made, and tables where there are none.
   *
   * @defaultValue false
   */
  readonly create?: boolean;
  /**
   * Where the time comes from.
   *
   * @defaultValue the machine
   */
  readonly clock?: Clock;
}

/**
 * Works on the database of a controlplane, beside the service: one that runs notices within a second.
 *
 * Whoever may open the database may do all of it; no key is asked for.
 */
export class Administration {
  readonly keys: KeyStore;
  readonly #store: Store;
  readonly #auditUrl: string;
  readonly #auditKeyFile: string | undefined;
  readonly #clock: Clock;

  private constructor(
    store: Store,
    { auditUrl, auditKeyFile, clock }: Pick<ResolvedControlplaneOptions, 'auditUrl' | 'auditKeyFile' | 'clock'>,
  ) {
    this.keys = new KeyStore(store, clock);
    this.#store = store;
    this.#auditUrl = auditUrl;
    this.#auditKeyFile = auditKeyFile;
    this.#clock = clock;
  }

  /**
   * Opens the database and brings its tables to the newest form.
   *
   * @throws ConfigError where it cannot be opened, and, unless `create`, for a file that is missing and a database that
   *   holds nothing of ours.
   */
  static async open({ create = false, ...options }: AdministrationOptions = {}): Promise<Administration> {
    const resolved = resolveControlplaneOptions(options, process.env);
    const { databaseUrl, clock } = resolved;
    if (!create && isMissing(databaseUrl)) {
      throw new ConfigError('There is no such database file. Name the one of the service with --database-url.');
    }
    const store = await openStore(databaseUrl, clock, (message) => process.emitWarning(message), create);
    return new Administration(store, resolved);
  }

  /** All that people decided, as YAML: policies, tool tables, the global default, and the document with its comments. */
  async exportPolicies(): Promise<string> {
    return exportPolicies(this.#store);
  }

  /**
   * Brings in what {@link exportPolicies} wrote: all of it or nothing.
   *
   * @throws ConfigError for a file that cannot be read, and an error that says what cannot be used.
   */
  async importPolicies(text: string, options: ImportOptions): Promise<Imported> {
    return importPolicies(this.#store, this.#clock, text, options);
  }

  /** Writes everything to one file. The service may run meanwhile. */
  async backup(path: string): Promise<Backup> {
    if (isMissing(this.#auditUrl)) return writeBackup(path, this.#store, undefined, this.#clock);
    return this.#withRecord({ readOnly: true }, (record) => writeBackup(path, this.#store, record, this.#clock));
  }

  /**
   * Brings a backup back into an empty database.
   *
   * @throws ConfigError for a file that is no whole backup, and where the database is not empty.
   */
  async restore(path: string): Promise<Restored> {
    return this.#withRecord({ required: true }, (record) => restoreBackup(path, this.#store, record, this.#clock));
  }

  /** Removes what is over. */
  async removeOld(ages: RetentionAges): Promise<Removed> {
    const retention = { maxAgeMs: ages.auditMaxAgeMs };
    return this.#withRecord({ retention }, (record) => new Retention(this.#store, record, this.#clock, ages).remove());
  }

  /**
   * Decides recorded calls once more, with a draft in place of the policy document.
   *
   * @throws An error that says what is wrong with the draft.
   */
  async replay(text: string, choice: ReplayChoice): Promise<Replay> {
    const fleet = new Fleet(this.#store, this.#clock);
    await fleet.refresh();
    if (isMissing(this.#auditUrl)) return { calls: 0, undecided: 0, withoutParams: 0, flips: [] };
    return this.#withRecord({ readOnly: true }, (record) => replayDraft(fleet.state, record, text, choice));
  }

  /** Lets go of the database. */
  async close(): Promise<void> {
    await this.#store.close();
  }

  async #withRecord<T>(
    options: Omit<ConstructorParameters<typeof AuditLogger>[0] & object, 'url' | 'worker'>,
    work: (record: AuditLogger) => Promise<T>,
  ): Promise<T> {
    const record = new AuditLogger(
      { ...options, url: this.#auditUrl, keyFile: this.#auditKeyFile, worker: false },
      { clock: this.#clock },
    );
    try {
      return await work(record);
    } finally {
      await record.close();
    }
  }
}

function isMissing(url: string): boolean {
  if (!url.startsWith('file:')) return false;
  return !existsSync(url.startsWith('file://') ? fileURLToPath(url) : url.slice('file:'.length));
}
