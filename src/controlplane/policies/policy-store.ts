import type { Transaction } from 'kysely';
import type { Clock } from '../../call/clock.js';
import { uuidV7 } from '../../audit/uuid-v7.js';
import type { OPERATIONS, PolicyInput, PolicyPatch } from '../../wire/policies.js';
import { notFound } from '../http/problem.js';
import { checkRevision } from '../http/route.js';
import { type Change, change } from '../store/ledger.js';
import type { Store } from '../store/store.js';
import type { Tables } from '../store/tables.js';
import { complete, type PolicyFields, type StoredPolicy, toRow } from './stored-policy.js';
import { checkRule } from './to-rule.js';

/** One revision of a policy. */
export interface StoredVersion {
  readonly revision: number;
  readonly at: string;
  readonly by: string;
  readonly operation: (typeof OPERATIONS)[number];
  readonly policy: StoredPolicy | null;
}

/** What a list may be narrowed to. */
export interface PolicyFilter {
  readonly workflow_name?: string | undefined;
  readonly action?: string | undefined;
  readonly category?: string | undefined;
  readonly enabled?: boolean | undefined;
  readonly after?: string | undefined;
  readonly limit: number;
}

/** The policies of the REST interface, and all that they ever were. */
export class PolicyStore {
  readonly #store: Store;
  readonly #clock: Clock;

  constructor(store: Store, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  /**
   * Creates a policy.
   *
   * @throws Problem for one that cannot decide.
   */
  async create(input: PolicyInput, by: string): Promise<StoredPolicy> {
    const id = uuidV7(this.#clock.now());
    const fields = complete(input);
    checkRule({ id, ...fields });
    return change(
      this.#store,
      this.#clock,
      { by, kind: 'policy', subject: id, operation: 'create' },
      async ({ tx, revision, at }) => {
        const policy = { id, revision, ...fields, created_at: at, created_by: by, updated_at: at, updated_by: by };
        await tx
          .insertInto('policies')
          .values({ ...toRow(policy), deleted: 0 })
          .execute();
        return policy;
      },
    );
  }

  /** Policies that exist, oldest first. */
  async list({
    workflow_name,
    action,
    category,
    enabled,
    after,
    limit,
  }: PolicyFilter): Promise<readonly StoredPolicy[]> {
    let query = this.#store.db.selectFrom('policies').select('state').where('deleted', '=', 0);
    if (workflow_name !== undefined) query = query.where('workflow_name', '=', workflow_name);
    if (action !== undefined) query = query.where('action', '=', action);
    if (category !== undefined) query = query.where('category', '=', category);
    if (enabled !== undefined) query = query.where('enabled', '=', enabled ? 1 : 0);
    if (after !== undefined) query = query.where('id', '>', after);
    const rows = await query.orderBy('id').limit(limit).execute();
    return rows.map(({ state }) => JSON.parse(state) as StoredPolicy);
  }

  /**
   * Reads a policy.
   *
   * @throws Problem where there is none, or no more.
   */
  async read(id: string): Promise<StoredPolicy> {
    return readIn(this.#store.db, id);
  }

  /** Replaces a policy: what is left out has its default again. */
  async replace(id: string, input: PolicyInput, by: string, ifMatch: number | undefined): Promise<StoredPolicy> {
    return this.#update(id, by, ifMatch, () => complete(input));
  }

  /** Changes some fields of a policy. */
  async patch(id: string, patch: PolicyPatch, by: string, ifMatch: number | undefined): Promise<StoredPolicy> {
    const given = Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined));
    return this.#update(id, by, ifMatch, (before) => ({ ...decidingFieldsOf(before), ...given }));
  }

  /** Deletes a policy. */
  async delete(id: string, by: string, ifMatch: number | undefined): Promise<void> {
    await change(
      this.#store,
      this.#clock,
      { by, kind: 'policy', subject: id, operation: 'delete' },
      async ({ tx, revision }) => {
        const before = await readIn(tx, id);
        checkRevision(ifMatch, before.revision);
        await tx.updateTable('policies').set({ deleted: 1, revision }).where('id', '=', id).execute();
        return null;
      },
    );
  }

  /**
   * Every revision of a policy, newest first.
   *
   * @throws Problem where there never was one.
   */
  async history(id: string): Promise<readonly StoredVersion[]> {
    const rows = await this.#store.db
      .selectFrom('changes')
      .selectAll()
      .where('kind', '=', 'policy')
      .where('subject', '=', id)
      .orderBy('revision', 'desc')
      .execute();
    if (rows.length === 0) throw notFound('policy');
    return rows.map(({ revision, at, by, operation, state }) => ({
      revision,
      at,
      by,
      operation: operation as StoredVersion['operation'],
      policy: JSON.parse(state) as StoredPolicy | null,
    }));
  }

  /** Makes a policy again what it was at a revision; brings back one that was deleted. */
  async rollback(id: string, to: number, by: string, ifMatch: number | undefined): Promise<StoredPolicy> {
    const order = { by, kind: 'policy', subject: id, operation: 'rollback' } as const;
    return change(this.#store, this.#clock, order, async (made) => {
      const current = await made.tx.selectFrom('policies').select('revision').where('id', '=', id).executeTakeFirst();
      if (current === undefined) throw notFound('policy');
      checkRevision(ifMatch, current.revision);
      const version = await made.tx
        .selectFrom('changes')
        .select('state')
        .where('revision', '=', to)
        .where('kind', '=', 'policy')
        .where('subject', '=', id)
        .executeTakeFirst();
      const before = version && (JSON.parse(version.state) as StoredPolicy | null);
      if (before === undefined || before === null) throw notFound('revision of this policy at which it existed');
      return keep(made, { ...before, updated_by: by });
    });
  }

  async #update(
    id: string,
    by: string,
    ifMatch: number | undefined,
    edit: (before: StoredPolicy) => PolicyFields,
  ): Promise<StoredPolicy> {
    return change(this.#store, this.#clock, { by, kind: 'policy', subject: id, operation: 'update' }, async (made) => {
      const before = await readIn(made.tx, id);
      checkRevision(ifMatch, before.revision);
      const fields = edit(before);
      checkRule({ id, ...fields });
      return keep(made, { ...before, ...fields, updated_by: by });
    });
  }
}

async function keep({ tx, revision, at }: Change, policy: StoredPolicy): Promise<StoredPolicy> {
  const kept = { ...policy, revision, updated_at: at };
  await tx
    .updateTable('policies')
    .set({ ...toRow(kept), deleted: 0 })
    .where('id', '=', policy.id)
    .execute();
  return kept;
}

async function readIn(db: Pick<Transaction<Tables>, 'selectFrom'>, id: string): Promise<StoredPolicy> {
  const row = await db
    .selectFrom('policies')
    .select('state')
    .where('id', '=', id)
    .where('deleted', '=', 0)
    .executeTakeFirst();
  if (row === undefined) throw notFound('policy');
  return JSON.parse(row.state) as StoredPolicy;
}

function decidingFieldsOf(policy: StoredPolicy): PolicyFields {
  const {
    id: _id,
    revision: _r,
    created_at: _ca,
    created_by: _cb,
    updated_at: _ua,
    updated_by: _ub,
    ...fields
  } = policy;
  return fields;
}
