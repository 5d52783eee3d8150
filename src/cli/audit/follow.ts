import type { StoredEvent } from '../../audit/audit-event.js';
import type { AuditLogger } from '../../audit/audit-logger.js';
import type { AuditFilter } from '../../audit/query/audit-query.js';

/** What is asked of a record that is followed. */
export type Followed = Pick<AuditLogger, 'getLog' | 'lastSeq' | 'scan'>;

/**
 * A page of events, oldest first, and then those that are recorded after it: each event once, and none passed over, also
 * where one is recorded while another is read.
 *
 * @param record - The record; it is not closed here.
 * @param filter - Which events are shown.
 * @param page - Which page comes first.
 * @param page.limit - Most events of it. Default 100.
 * @param page.cursor - Where the page before it ended. Default the newest.
 * @param tick - Resolves when it is time to look again.
 */
export async function* following(
  record: Followed,
  filter: AuditFilter,
  page: { readonly limit?: number | undefined; readonly cursor?: string | undefined },
  tick: () => Promise<void>,
): AsyncGenerator<readonly StoredEvent[], never, void> {
  // Before the page is read: what is recorded meanwhile is on the page or behind this place, or both.
  let seen = await record.lastSeq();
  const { events } = await record.getLog({ ...filter, ...page });
  const shown = new Set(events.map(({ seq }) => seq));
  yield [...events].reverse();
  for (;;) {
    await tick();
    const last = await record.lastSeq();
    if (last <= seen) continue;
    for await (const more of record.scan(filter, seen)) {
      const fresh = more.filter(({ seq }) => !shown.has(seq));
      if (fresh.length > 0) yield fresh;
      // All up to there were read, also where it is newer than what was the last one a moment ago.
      seen = Math.max(seen, more.at(-1)?.seq ?? 0);
    }
    seen = Math.max(seen, last);
    shown.clear();
  }
}
