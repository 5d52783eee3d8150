import type { Transaction } from 'kysely';
import type { Clock } from '../../call/clock.js';
import type { Role } from '../../wire/role.js';
import type { Store } from '../store/store.js';
import type { Tables } from '../store/tables.js';
import type { Caller } from './caller.js';
import { KnownSecrets } from './known-secrets.js';
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
  readonly #secrets = new KnownSecrets();

  constructor(store: Store, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  /**
   * Makes a link that opens a session once.
   *
   * @param keyId - The key of whoever makes it: link and session end with that key. Null: they have none.
   */
  async createLink(name: string, role: Role, keyId: string | null): Promise<NewLink> {
    return this.#insertLink(this.#store.db, name, role, keyId);
  }

  /** Makes the link of the first start; those of starts before it, which nobody used, open nothing any more. */
  async createFirstLink(): Promise<NewLink> {
    return this.#store.alone('first link', () =>
      this.#store.write(async (tx) => {
        await tx.deleteFrom('login_links').where('used_at', 'is', null).execute();
        return this.#insertLink(tx, 'admin', 'admin', null);
      }),
    );
  }

  async #insertLink(
    db: Pick<Transaction<Tables>, 'insertInto'>,
    name: string,
    role: Role,
    keyId: string | null,
  ): Promise<NewLink> {
    const token = newToken();
    const expiresAt = this.#at(LINK_MS);
    await db
      .insertInto('login_links')
      .values({ hash: hashSecret(token), name, role, expires_at: expiresAt, used_at: null, key_id: keyId })
      .execute();
    this.#secrets.add(token);
    return { token, expiresAt };
  }

  /** Uses a link up; undefined where it is unknown, used or too old. */
  async followLink(token: string): Promise<Caller | undefined> {
    this.#secrets.delete(token);
    const used = await this.#store.db
      .updateTable('login_links')
      .set({ used_at: this.#at(0) })
      .where('hash', '=', hashSecret(token))
      .where('used_at', 'is', null)
      .where('expires_at', '>', this.#at(0))
      .returning(['name', 'role', 'key_id'])
      .executeTakeFirst();
    return used && this.open({ name: used.name, role: used.role as Role, keyId: used.key_id });
  }

  /** Opens a session; undefined where the key is revoked, which whoever found it a moment ago need not know. */
  async open({ name, role, keyId }: Pick<Caller, 'name' | 'role' | 'keyId'>): Promise<Caller | undefined> {
    const session = newToken();
    const expiresAt = this.#at(SESSION_MS);
    await this.#store.db.deleteFrom('sessions').where('expires_at', '<=', this.#at(0)).execute();
    const opened = await this.#store.write(async (tx) => {
      if (keyId !== null && !(await isInForce(tx, keyId))) return undefined;
      await tx
        .insertInto('sessions')
        .values({ hash: hashSecret(session), name, role, key_id: keyId, expires_at: expiresAt })
        .execute();
      return { name, role, keyId, session, expiresAt };
    });
    if (opened !== undefined) this.#secrets.add(session);
    return opened;
  }

  /**
   * Whose session it is; undefined where it is unknown or over.
   *
   * Its key is asked, too: a session that was opened while the key was being revoked is over with it.
   */
  async find(session: string): Promise<Caller | undefined> {
    const hash = hashSecret(session);
    const row = await this.#store.db
      .selectFrom('sessions')
      .leftJoin('api_keys', 'api_keys.id', 'sessions.key_id')
      .selectAll('sessions')
      .where('sessions.hash', '=', hash)
      .where('expires_at', '>', this.#at(0))
      .where((row) =>
        row.or([
          row('key_id', 'is', null),
          row.and([row('api_keys.id', 'is not', null), row('revoked_at', 'is', null)]),
        ]),
      )
      .executeTakeFirst();
    if (row === undefined || !sameHash(row.hash, hash)) {
      this.#secrets.delete(session);
      return undefined;
    }
    this.#secrets.add(session);
    return { name: row.name, role: row.role as Role, keyId: row.key_id, session, expiresAt: row.expires_at };
  }

  /** True where this process made the session or link of this secret, or found it when it last looked. */
  isKnown(secret: string): boolean {
    return this.#secrets.has(secret);
  }

  /** Ends a session. */
  async close(session: string): Promise<void> {
    this.#secrets.delete(session);
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

async function isInForce(tx: Transaction<Tables>, key: string): Promise<boolean> {
  const row = await tx
    .selectFrom('api_keys')
    .select('id')
    .where('id', '=', key)
    .where('revoked_at', 'is', null)
    .executeTakeFirst();
  return row !== undefined;
}
