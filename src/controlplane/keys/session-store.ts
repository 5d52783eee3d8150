import type { Clock } from '../../call/clock.js';
import type { Role } from '../../wire/role.js';
import type { Store } from '../store/store.js';
import type { Caller } from './caller.js';
import { hashSecret, newToken, sameHash } from './secret.js';

const HOUR_MS = 3_600_000;
/** How long a session lasts. */
export const SESSION_MS = 12 * HOUR_MS;
/** How long a link may be followed. */
const LINK_MS = 24 * HOUR_MS;

/** A link that was just made. */
export interface NewLink {
  readonly token: string;
  readonly expiresAt: string;
}

/** Sessions of people, and the links that open them. Only hashes are kept. */
export class SessionStore {
  readonly #store: Store;
  readonly #clock: Clock;

  constructor(store: Store, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  /** Makes a link that opens a session once. */
  async createLink(name: string, role: Role): Promise<NewLink> {
    const token = newToken();
    const expiresAt = this.#at(LINK_MS);
    await this.#store.db
      .insertInto('login_links')
      .values({ hash: hashSecret(token), name, role, expires_at: expiresAt, used_at: null })
      .execute();
    return { token, expiresAt };
  }

  /** Uses a link up; undefined where it is unknown, used or too old. */
  async followLink(token: string): Promise<Caller | undefined> {
    const used = await this.#store.db
      .updateTable('login_links')
      .set({ used_at: this.#at(0) })
      .where('hash', '=', hashSecret(token))
      .where('used_at', 'is', null)
      .where('expires_at', '>', this.#at(0))
      .returning(['name', 'role'])
      .executeTakeFirst();
    return used && this.open({ name: used.name, role: used.role as Role, keyId: null });
  }

  /** Opens a session. */
  async open({ name, role, keyId }: Pick<Caller, 'name' | 'role' | 'keyId'>): Promise<Caller> {
    const session = newToken();
    const expiresAt = this.#at(SESSION_MS);
    await this.#store.db.deleteFrom('sessions').where('expires_at', '<=', this.#at(0)).execute();
    await this.#store.db
      .insertInto('sessions')
      .values({ hash: hashSecret(session), name, role, key_id: keyId, expires_at: expiresAt })
      .execute();
    return { name, role, keyId, session, expiresAt };
  }

  /** Whose session it is; undefined where it is unknown or over. */
  async find(session: string): Promise<Caller | undefined> {
    const hash = hashSecret(session);
    const row = await this.#store.db
      .selectFrom('sessions')
      .selectAll()
      .where('hash', '=', hash)
      .where('expires_at', '>', this.#at(0))
      .executeTakeFirst();
    if (row === undefined || !sameHash(row.hash, hash)) return undefined;
    return { name: row.name, role: row.role as Role, keyId: row.key_id, session, expiresAt: row.expires_at };
  }

  /** Ends a session. */
  async close(session: string): Promise<void> {
    await this.#store.write(async (tx, publish) => {
      await tx.deleteFrom('sessions').where('hash', '=', hashSecret(session)).execute();
      publish({ kind: 'keys' });
    });
  }

  /** True where somebody once came in by a link: then the first start is over. */
  async wasEverUsed(): Promise<boolean> {
    const used = await this.#store.db
      .selectFrom('login_links')
      .select('hash')
      .where('used_at', 'is not', null)
      .executeTakeFirst();
    return used !== undefined;
  }

  #at(later: number): string {
    return new Date(this.#clock.now() + later).toISOString();
  }
}
