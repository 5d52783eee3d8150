import type { StoredRow } from '../chain/link.js';
import type { Store } from '../store/store.js';
import { type AuditFilter, resolveQuery } from './audit-query.js';
import { matches } from './matches.js';
import { toStoredEvent } from './stored-event.js';

const PAGE = 1_000;

/**
 * All events that a filter is about, in pages, in the order of the chain.
 *
 * Read one after the other and not by an index: who asks for all of them reads most of the record anyway, and events that
 * are kept meanwhile neither come twice nor are passed over.
 */
export async function* scan(store: Store, filter: AuditFilter, afterSeq = 0): AsyncGenerator<readonly StoredRow[]> {
  const query = resolveQuery(filter);
  const isAll = query.equal.length + query.words.length === 0 && query.since === undefined && query.until === undefined;
  let last = afterSeq;
  for (;;) {
    const rows = await store.read(last, PAGE);
    const wanted = isAll ? rows : rows.filter((row) => matches(query, toStoredEvent(row)));
    if (wanted.length > 0) yield wanted;
    if (rows.length < PAGE) return;
    last = rows.at(-1)?.seq ?? last;
  }
}
