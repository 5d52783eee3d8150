import type { AuditLogger } from '../../audit/audit-logger.js';
import type { Clock } from '../../call/clock.js';
import type { Store } from '../store/store.js';

/** How long is kept what is over. */
export interface RetentionAges {
  /** Milliseconds after which settled approval requests go; undefined: never. */
  readonly approvalMaxAgeMs: number | undefined;
  /** Milliseconds after which events of the record go; undefined: never. The record itself holds to it. */
  readonly auditMaxAgeMs: number | undefined;
}

/** What was removed. */
export interface Removed {
  readonly approvals: number;
  readonly sessions: number;
  readonly links: number;
  /** Events of the record that are known no more: one that a door sends again would be kept again, and go again. */
  readonly events: number;
}

const HOUR_MS = 3_600_000;

/**
 * Removes what is over: events and settled approval requests by age, sessions and unused links that ended.
 *
 * Keys, policies and all that they ever were are kept.
 */
export class Retention {
  readonly #store: Store;
  readonly #record: AuditLogger;
  readonly #clock: Clock;
  readonly #ages: RetentionAges;
  #cancel: () => void = () => undefined;
  #stopped = false;

  constructor(store: Store, record: AuditLogger, clock: Clock, ages: RetentionAges) {
    this.#store = store;
    this.#record = record;
    this.#clock = clock;
    this.#ages = ages;
  }

  /** Looks now, and every hour from now on. */
  start(log: (message: string) => void): void {
    if (this.#stopped) return;
    this.remove().catch((fault: unknown) => {
      if (!this.#stopped) log(`retention failed: ${(fault as Error).message}`);
    });
    this.#cancel = this.#clock.after(HOUR_MS, () => this.start(log));
  }

  /** Ends that. */
  stop(): void {
    this.#stopped = true;
    this.#cancel();
  }

  /** Removes what is over. Rejects where the store or the record does not take it. */
  async remove(): Promise<Removed> {
    const { approvalMaxAgeMs, auditMaxAgeMs } = this.#ages;
    const now = this.#clock.now();
    const at = new Date(now).toISOString();
    const { db } = this.#store;
    const approvals =
      approvalMaxAgeMs === undefined
        ? undefined
        : await db
            .deleteFrom('approvals')
            .where('state', 'not in', ['pending', 'approved'])
            .where('settled_at', '<=', now - approvalMaxAgeMs)
            .executeTakeFirst();
    const sessions = await db.deleteFrom('sessions').where('expires_at', '<=', at).executeTakeFirst();
    // Links that were used tell that the first start is over.
    const links = await db
      .deleteFrom('login_links')
      .where('used_at', 'is', null)
      .where('expires_at', '<=', at)
      .executeTakeFirst();
    return {
      approvals: Number(approvals?.numDeletedRows ?? 0),
      sessions: Number(sessions.numDeletedRows),
      links: Number(links.numDeletedRows),
      events: auditMaxAgeMs === undefined ? 0 : await this.#removeEvents(),
    };
  }

  async #removeEvents(): Promise<number> {
    await this.#record.prune();
    const first = await this.#firstSeq();
    const { numDeletedRows } = await this.#store.db
      .deleteFrom('audit_ids')
      .where('seq', '<', first)
      // The newest tells how far the record was noted.
      .where('seq', '<', (eb) => eb.selectFrom('audit_ids').select(({ fn }) => fn.max('seq').as('seq')))
      .executeTakeFirst();
    return Number(numDeletedRows);
  }

  async #firstSeq(): Promise<number> {
    for await (const [event] of this.#record.scan()) if (event !== undefined) return event.seq;
    return (await this.#record.lastSeq()) + 1;
  }
}
