import type { Clock } from '../../call/clock.js';
import { uuidV7 } from '../../audit/uuid-v7.js';
import type { WireApiKey } from '../../wire/keys.js';
import type { Role } from '../../wire/role.js';
import type { Store } from '../store/store.js';
import type { Caller } from './caller.js';
import { KnownSecrets } from './known-secrets.js';
import { hashSecret, newKey, sameHash } from './secret.js';

/** A key that was just made; its secret is in no other place. */
export interface NewKey {
  readonly id: string;
  readonly key: string;
  readonly name: string;
  readonly role: Role;
}

/** How long a key is known without asking the store: until then, a key that another process revoked goes on. */
const KNOWN_MS = 1000;
/** Most keys that are remembered; whoever tries keys out must not fill the memory. */
const MOST_KNOWN = 10_000;
const MINUTE_MS = 60_000;

/** API keys: only their hashes are kept. */
export class KeyStore {
  readonly #store: Store;
  readonly #clock: Clock;
  /**
   * Callers by their keys, and until when. A map finds by the seeded hash of a whole text: how long that takes tells
   * nothing of the keys that are in it.
   */
  #known = new Map<string, Caller>();
  #knownUntil = 0;
  readonly #secrets = new KnownSecrets();

  constructor(store: Store, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
    store.subscribe(({ kind }) => {
      if (kind === 'keys' || kind === 'resync') this.#forget();
    });
  }

  /** Makes a key. */
  async create(name: string, role: Role, by: string): Promise<NewKey> {
    const now = this.#clock.now();
    const made = { id: uuidV7(now), key: newKey(), name, role };
    const { key, ...row } = made;
    await this.#store.db
      .insertInto('api_keys')
      .values({
        ...row,
        hash: hashSecret(key),
        created_at: new Date(now).toISOString(),
        created_by: by,
        last_used_at: null,
        revoked_at: null,
      })
      .execute();
    this.#secrets.add(key);
    return made;
  }

  /** All keys, oldest first. */
  async list(): Promise<readonly WireApiKey[]> {
    const rows = await this.#store.db
      .selectFrom('api_keys')
      .select(['id', 'name', 'role', 'created_at', 'created_by', 'last_used_at', 'revoked_at'])
      .orderBy('id')
      .execute();
    return rows as readonly WireApiKey[];
  }

  /** Revokes a key and the sessions that were opened with it; false where there is no such key. */
  async revoke(id: string): Promise<boolean> {
    const revoked = await this.#store.write(async (tx, publish) => {
      const { numUpdatedRows } = await tx
        .updateTable('api_keys')
        .set((key) => ({
          revoked_at: key.fn.coalesce('revoked_at', key.val(new Date(this.#clock.now()).toISOString())),
        }))
        .where('id', '=', id)
        .executeTakeFirstOrThrow();
      await tx.deleteFrom('sessions').where('key_id', '=', id).execute();
      publish({ kind: 'keys' });
      return numUpdatedRows > 0n;
    });
    return revoked;
  }

  /** Whose key it is, at once where that was asked a moment ago; undefined where it is unknown or revoked. */
  find(key: string): Caller | Promise<Caller | undefined> {
    const now = this.#clock.now();
    if (now >= this.#knownUntil || this.#known.size >= MOST_KNOWN) {
      this.#forget();
      this.#knownUntil = now + KNOWN_MS;
    }
    return this.#known.get(key) ?? this.#look(key, now, this.#known);
  }

  /** True where this process made the key, or found it when it last looked. It may be revoked since. */
  isKnown(key: string): boolean {
    return this.#secrets.has(key);
  }

  /** Begins another map: what was asked before a key was revoked, and is answered after it, is of no use then. */
  #forget(): void {
    this.#known = new Map();
  }

  async #look(key: string, now: number, known: Map<string, Caller>): Promise<Caller | undefined> {
    const hash = hashSecret(key);
    const row = await this.#store.db
      .selectFrom('api_keys')
      .select(['id', 'name', 'role', 'hash', 'last_used_at'])
      .where('hash', '=', hash)
      .where('revoked_at', 'is', null)
      .executeTakeFirst();
    if (row === undefined || !sameHash(row.hash, hash)) {
      this.#secrets.delete(key);
      return undefined;
    }
    this.#secrets.add(key);
    await this.#noteUse(row.id, row.last_used_at, now);
    const { id, name, role } = row;
    const caller: Caller = { name, role: role as Role, keyId: id, session: null, expiresAt: null };
    known.set(key, caller);
    return caller;
  }

  /** True where the key of this id exists and is not revoked. */
  async isValid(id: string): Promise<boolean> {
    const row = await this.#store.db
      .selectFrom('api_keys')
      .select('id')
      .where('id', '=', id)
      .where('revoked_at', 'is', null)
      .executeTakeFirst();
    return row !== undefined;
  }

  /** True where an administrator can get in with a key. */
  async hasAdmin(): Promise<boolean> {
    const row = await this.#store.db
      .selectFrom('api_keys')
      .select('id')
      .where('role', '=', 'admin')
      .where('revoked_at', 'is', null)
      .executeTakeFirst();
    return row !== undefined;
  }

  async #noteUse(id: string, last: string | null, now: number): Promise<void> {
    if (last !== null && Date.parse(last) > now - MINUTE_MS) return;
    const last_used_at = new Date(now).toISOString();
    // A store that only reads at the moment must not lock anybody out: the next use is noted.
    await this.#store.db
      .updateTable('api_keys')
      .set({ last_used_at })
      .where('id', '=', id)
      .execute()
      .catch(() => undefined);
  }
}
