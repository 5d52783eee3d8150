import type { ResolvedQuery } from '../query/audit-query.js';
import { COLUMNS } from '../query/audit-query.js';
import { USUAL } from './libsql-schema.js';

/** A statement and what it is given. */
export interface Statement {
  readonly sql: string;
  readonly values: readonly (string | number)[];
}

// A damaged event has no time: asked for it, SQLite would give none of the page.
const COLUMNS_OF_ROW = `e.seq AS seq, e.previous_hash AS previousHash, e.hash AS hash, e.event AS text,
  iif(json_valid(e.event), e.time, '') AS time`;

/** The statement that reads one page. */
export function pageStatement(query: ResolvedQuery): Statement {
  const { terms, values } = conditions(query);
  const { after, oldestFirst, limit } = query;
  const [direction, beyond] = oldestFirst ? ['ASC', '>'] : ['DESC', '<'];
  if (query.words.length > 0) {
    // In the order of the index of words: sorting all that has a frequent word would take seconds.
    const where = [...terms, ...(after ? [`w.rowid ${beyond} ?`] : [])].join(' AND ');
    const sql = `SELECT ${COLUMNS_OF_ROW} FROM audit_words w CROSS JOIN audit_events e ON e.seq = w.rowid
      WHERE ${where} ORDER BY w.rowid ${direction} LIMIT ?`;
    return { sql, values: [...values, ...(after ? [after.seq] : []), limit] };
  }
  const where = [...terms, ...(after ? [`(e.time, e.seq) ${beyond} (?, ?)`] : [])].join(' AND ') || '1';
  const sql = `SELECT ${COLUMNS_OF_ROW} FROM audit_events e WHERE ${where} ORDER BY e.time ${direction}, e.seq ${direction} LIMIT ?`;
  return { sql, values: [...values, ...(after ? [after.time, after.seq] : []), limit] };
}

/** The statement that reads rows by their place, whatever the query asks of them. */
export function placeStatement({ after, oldestFirst, limit }: ResolvedQuery): Statement {
  const [direction, beyond] = oldestFirst ? ['ASC', '>'] : ['DESC', '<'];
  const where = after ? `WHERE e.seq ${beyond} ?` : '';
  const sql = `SELECT ${COLUMNS_OF_ROW} FROM audit_events e ${where} ORDER BY e.seq ${direction} LIMIT ?`;
  return { sql, values: [...(after ? [after.seq] : []), limit] };
}

/** The statement that counts. */
export function countStatement(query: ResolvedQuery): Statement {
  const { terms, values } = conditions(query);
  const from = query.words.length > 0 ? 'audit_words w CROSS JOIN audit_events e ON e.seq = w.rowid' : 'audit_events e';
  return { sql: `SELECT count(*) AS count FROM ${from} WHERE ${terms.join(' AND ') || '1'}`, values };
}

function conditions({ words, equal, since, until }: ResolvedQuery): { terms: string[]; values: (string | number)[] } {
  const terms: string[] = [];
  const values: (string | number)[] = [];
  const add = (term: string, value: string): void => {
    terms.push(term);
    values.push(value);
  };
  if (words.length > 0) add('w.audit_words MATCH ?', words.map((word) => `"${word}"*`).join(' AND '));
  for (const [field, value] of equal) {
    const column = COLUMNS[field];
    add(`e.${column} = ?`, value);
    // In the very words of the index, which SQLite then knows to hold all that is asked for.
    const usual = (USUAL as Readonly<Record<string, string>>)[column];
    if (usual !== undefined && value !== usual) terms.push(`e.${column} <> '${usual}'`);
  }
  if (since !== undefined) add('e.time >= ?', since);
  if (until !== undefined) add('e.time < ?', until);
  return { terms, values };
}
