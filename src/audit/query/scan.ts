import type { StoredRow } from '../chain/link.js';
import type { Store } from '../store/store.js';
import { type AuditFilter, resolveQuery } from './audit-query.js';

const PAGE = 1_000;

/** All events that a filter is about, oldest first, in pages; without a filter in the order of the chain. */
export async function* scan(store: Store, filter: AuditFilter, afterSeq = 0): AsyncGenerator<readonly StoredRow[]> {
  const query = resolveQuery({ ...filter, limit: PAGE, order: 'oldest' });
  const isAll = query.equal.length + query.words.length === 0 && query.since === undefined && query.until === undefined;
  let rows: readonly (StoredRow & { readonly time?: string })[];
  let last: (StoredRow & { readonly time?: string }) | undefined;
  do {
    const after = last && { seq: last.seq, time: last.time ?? '' };
    rows = isAll ? await store.read(last?.seq ?? afterSeq, PAGE) : await store.page({ ...query, after });
    if (rows.length > 0) yield rows;
    last = rows.at(-1);
  } while (rows.length === PAGE);
}
