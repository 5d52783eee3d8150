import type { Transaction } from 'kysely';
import type { Clock } from '../../call/clock.js';
import type { Store } from './store.js';
import type { Tables } from './tables.js';

/** What is changed, and by whom. */
export interface ChangeOrder {
  readonly by: string;
  readonly kind: 'policy' | 'document' | 'server';
  readonly subject: string;
  readonly operation: string;
}

/** What a change has at hand. */
export interface Change {
  readonly tx: Transaction<Tables>;
  /** The revision that the change makes. */
  readonly revision: number;
  /** When it is made, ISO 8601. */
  readonly at: string;
}

/**
 * Makes a change of what decides: one transaction, one revision, one line of history.
 *
 * The revision is taken first, so that changes queue behind one another in whatever process, and given back where the
 * change is not kept: revisions have no gaps.
 *
 * @param work - Gives back what the subject is from now on: `null` where it is no more.
 */
export async function change<T extends object | null>(
  store: Store,
  clock: Clock,
  order: ChangeOrder,
  work: (change: Change) => Promise<T>,
): Promise<T> {
  return store.write(async (tx, publish) => {
    const { revision } = await tx
      .updateTable('fleet')
      .set((fleet) => ({ revision: fleet('revision', '+', 1) }))
      .where('id', '=', 1)
      .returning('revision')
      .executeTakeFirstOrThrow();
    const at = new Date(clock.now()).toISOString();
    const state = await work({ tx, revision, at });
    await tx
      .insertInto('changes')
      .values({ revision, at, ...order, state: JSON.stringify(state) })
      .execute();
    publish({ kind: 'revision', revision });
    return state;
  });
}
