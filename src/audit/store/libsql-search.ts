import type Database from 'libsql';
import type { AuditEvent } from '../audit-event.js';
import type { StoredRow } from '../chain/link.js';
import type { ResolvedQuery } from '../query/audit-query.js';
import { matches } from '../query/matches.js';
import { pageStatement, placeStatement, type Statement } from './libsql-query.js';

type Timed = StoredRow & { readonly time: string };

/** Rows that are read in one go, besides those that the page needs. */
const NEAR = 400;
/** Most rows that are read before the index of words is asked. */
const FAR = 10 * NEAR;
/** The share of rows from which on a word is frequent. */
const FREQUENT = 0.05;

/**
 * One page of events by their words.
 *
 * The index of words finds a rare word at once, but gathers all the events that have a frequent one before it gives the
 * first. What is frequent is soon met by reading: so some rows are read first, which either fill the page or tell which
 * words are rare. Only those are looked up, and the others are compared.
 */
export function search(db: Database.Database, query: ResolvedQuery): readonly Timed[] {
  const found: Timed[] = [];
  const counts = query.words.map(() => 0);
  const step = NEAR + query.limit;
  let rare: readonly string[] = [];
  let { after } = query;
  for (let read = 0; rare.length === 0 && read < FAR; read += step) {
    const near = all(db, placeStatement({ ...query, after, limit: step }));
    for (const row of near) {
      const has = query.words.map((word) => mayHave(row.text, word));
      for (const [at, each] of has.entries()) if (each) counts[at] = (counts[at] ?? 0) + 1;
      if (!has.every(Boolean) || !isMatch(query, row)) continue;
      found.push(row);
      if (found.length === query.limit) return found;
    }
    if (near.length < step) return found;
    rare = query.words.filter((_, at) => (counts[at] ?? 0) < (read + step) * FREQUENT);
    after = near.at(-1);
  }
  const isIndexed = rare.length === 0 || rare.length === query.words.length;
  return isIndexed ? all(db, pageStatement(query)) : compared(db, query, rare);
}

/** Looks up the rare words, and compares the rest. */
function compared(db: Database.Database, query: ResolvedQuery, rare: readonly string[]): Timed[] {
  const found: Timed[] = [];
  for (let after = query.after; ;) {
    const rows = all(db, pageStatement({ ...query, words: rare, after }));
    found.push(...rows.filter((row) => isMatch(query, row)));
    after = rows.at(-1);
    if (after === undefined || rows.length < query.limit || found.length >= query.limit)
      return found.slice(0, query.limit);
  }
}

function all(db: Database.Database, { sql, values }: Statement): Timed[] {
  return db.prepare(sql).all([...values]) as Timed[];
}

/** False where a row certainly lacks a word; accents and other scripts are left to the comparison. */
function mayHave(text: string, word: string): boolean {
  return text.toLowerCase().includes(word) || /[^\0-\x7f]/.test(text);
}

function isMatch(query: ResolvedQuery, { text }: StoredRow): boolean {
  try {
    return matches(query, JSON.parse(text) as AuditEvent);
  } catch {
    // What is no event has no words.
    return false;
  }
}
