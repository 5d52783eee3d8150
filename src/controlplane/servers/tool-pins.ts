import type { Transaction } from 'kysely';
import type { Clock } from '../../call/clock.js';
import type { WireServerPins, WireToolDefinition, WireToolPin } from '../../wire/servers.js';
import { notFound, Problem } from '../http/problem.js';
import { change } from '../store/ledger.js';
import type { Store } from '../store/store.js';
import type { Tables } from '../store/tables.js';

type Row = Tables['tool_definitions'];

/** A definition that somebody looked at, by its fingerprint. */
export interface ShownDefinition {
  readonly name: string;
  readonly fingerprint: string;
}

/** What a definition is held against until somebody accepts another one: itself, as it was first reported. */
export function asFirstSeen(
  definition: string,
  fingerprint: string,
  at: string,
): Pick<Row, 'accepted_definition' | 'accepted_fingerprint' | 'accepted_at' | 'accepted_by'> {
  return {
    accepted_definition: definition,
    accepted_fingerprint: fingerprint,
    accepted_at: at,
    accepted_by: null,
  };
}

/** How a tool's definition stands to the one that was accepted; null where nobody reported one. */
export function pinOf(row: Row | undefined): WireToolPin | null {
  if (row === undefined) return null;
  return {
    fingerprint: row.accepted_fingerprint,
    at: row.accepted_at,
    by: row.accepted_by,
    waiting: row.accepted_fingerprint !== row.fingerprint,
  };
}

/** What tools of a server were accepted as, and what they were reported as last. */
export class ToolPins {
  readonly #store: Store;
  readonly #clock: Clock;

  constructor(store: Store, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  /**
   * All tools of a server with both definitions.
   *
   * @throws Problem for a server that nobody knows.
   */
  async list(server: string): Promise<WireServerPins> {
    const { db } = this.#store;
    const known = await db.selectFrom('servers').select('name').where('name', '=', server).executeTakeFirst();
    if (known === undefined) throw notFound('server');
    return readPins(db, server);
  }

  /**
   * Accepts definitions as they were reported: for the doors, too.
   *
   * @param shown - What was looked at: nothing is accepted where one of it is another by now.
   * @throws Problem for a tool that nobody reported, and for a definition that is another by now.
   */
  async accept(server: string, shown: readonly ShownDefinition[], by: string): Promise<WireServerPins> {
    const order = { by, kind: 'server', subject: server, operation: 'accept definitions' } as const;
    return change(this.#store, this.#clock, order, async ({ tx, at }) => {
      for (const { name, fingerprint } of shown) {
        const row = await tx
          .selectFrom('tool_definitions')
          .selectAll()
          .where('server', '=', server)
          .where('tool', '=', name)
          .executeTakeFirst();
        if (row === undefined) throw notFound('tool');
        if (row.fingerprint !== fingerprint) {
          throw new Problem('conflict', 'A definition has changed since it was shown: look at it again.');
        }
        await tx
          .updateTable('tool_definitions')
          .set({
            accepted_definition: row.definition,
            accepted_fingerprint: fingerprint,
            accepted_at: at,
            accepted_by: by,
          })
          .where('server', '=', server)
          .where('tool', '=', name)
          .execute();
      }
      return readPins(tx, server);
    });
  }
}

async function readPins(db: Pick<Transaction<Tables>, 'selectFrom'>, server: string): Promise<WireServerPins> {
  const rows = await db
    .selectFrom('tool_definitions')
    .selectAll()
    .where('server', '=', server)
    .orderBy('tool')
    .execute();
  return {
    server,
    tools: rows.map((row) => ({
      name: row.tool,
      waiting: row.accepted_fingerprint !== row.fingerprint,
      accepted:
        row.accepted_definition === null || row.accepted_fingerprint === null
          ? null
          : {
              definition: JSON.parse(row.accepted_definition) as WireToolDefinition,
              fingerprint: row.accepted_fingerprint,
              at: row.accepted_at,
              by: row.accepted_by,
            },
      reported: {
        definition: JSON.parse(row.definition) as WireToolDefinition,
        fingerprint: row.fingerprint,
        at: row.changed_at ?? row.first_seen,
        by: row.reported_by,
      },
    })),
  };
}
