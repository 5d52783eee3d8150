import type { Store } from '../store/store.js';
import type { Tables } from '../store/tables.js';

/** What decides, as rows, of one moment. */
export interface FleetRows {
  readonly revision: number;
  readonly globalDefault: string;
  /** Policies that changed since the revision that was asked for. */
  readonly policies: readonly Pick<Tables['policies'], 'id' | 'deleted' | 'state'>[];
  readonly document: Pick<Tables['policy_document'], 'text' | 'revision'> | undefined;
  readonly toolRows: readonly Tables['tool_rows'][];
  /** Names of servers that somebody marked as managed. */
  readonly marked: readonly string[];
  /** Definitions of tools that somebody accepted. */
  readonly pins: readonly { readonly server: string; readonly tool: string; readonly fingerprint: string }[];
}

/**
 * Reads what decides.
 *
 * All of it is of one moment: two changes of which only the later one were seen could let a call pass that neither
 * before nor after them would.
 *
 * @param since - The revision that is known already; undefined is given back where it is the newest.
 */
export async function readFleet(store: Store, since: number): Promise<FleetRows | undefined> {
  const { revision } = await store.db.selectFrom('fleet').select('revision').executeTakeFirstOrThrow();
  if (revision <= since) return undefined;
  return store.read(async (tx) => {
    const fleet = await tx.selectFrom('fleet').selectAll().executeTakeFirstOrThrow();
    const marked = await tx.selectFrom('servers').select('name').where('marked', '=', 1).execute();
    return {
      revision: fleet.revision,
      globalDefault: fleet.global_default,
      policies: await tx
        .selectFrom('policies')
        .select(['id', 'deleted', 'state'])
        .where('revision', '>', since)
        .execute(),
      document: await tx.selectFrom('policy_document').select(['text', 'revision']).executeTakeFirst(),
      toolRows: await tx.selectFrom('tool_rows').selectAll().orderBy('server').orderBy('tool').execute(),
      marked: marked.map(({ name }) => name),
      pins: await tx
        .selectFrom('tool_definitions')
        .select(['server', 'tool', (definition) => definition.ref('accepted_fingerprint').$notNull().as('fingerprint')])
        .where('accepted_by', 'is not', null)
        .where('accepted_fingerprint', 'is not', null)
        .orderBy('server')
        .orderBy('tool')
        .execute(),
    };
  });
}
