import type { Transaction } from 'kysely';
import type { Clock } from '../../call/clock.js';
import type { CHANGE_KINDS } from '../../wire/documents.js';
import type { Publish, Store } from './store.js';
import type { Tables } from './tables.js';

/** What is changed, and by whom. */
export interface ChangeOrder {
  readonly by: string;
  readonly kind: (typeof CHANGE_KINDS)[number];
  readonly subject: string;
  readonly operation: string;
}

/** What a change has at hand. */
export interface Change {
  readonly tx: Transaction<Tables>;
  readonly publish: Publish;
  /** The revision that the change makes. */
  readonly revision: number;
  /** When it is made, ISO 8601. */
  readonly at: string;
}

/**
 * Makes a change of what decides: one transaction, one revision, one line of history.
 *
 * @param work - Gives back what the subject is from now on: `null` where it is no more.
 */
export async function change<T extends object | null>(
  store: Store,
  clock: Clock,
  order: ChangeOrder,
  work: (change: Change) => Promise<T>,
): Promise<T> {
  return store.write((tx, publish) => changeWithin({ tx, publish }, clock, order, work));
}

/**
 * As {@link change}, as part of a transaction that makes several.
 *
 * The revision is taken first, so that changes queue behind one another in whatever process, and given back where the
 * change is not kept: revisions have no gaps.
 */
export async function changeWithin<T extends object | null>(
  { tx, publish }: Pick<Change, 'tx' | 'publish'>,
  clock: Clock,
  order: ChangeOrder,
  work: (change: Change) => Promise<T>,
): Promise<T> {
  const { revision } = await tx
    .updateTable('fleet')
    .set((fleet) => ({ revision: fleet('revision', '+', 1) }))
    .where('id', '=', 1)
    .returning('revision')
    .executeTakeFirstOrThrow();
  const at = new Date(clock.now()).toISOString();
  const state = await work({ tx, publish, revision, at });
  await tx
    .insertInto('changes')
    .values({ revision, at, ...order, state: JSON.stringify(state) })
    .execute();
  publish({ kind: 'revision', revision });
  return state;
}
