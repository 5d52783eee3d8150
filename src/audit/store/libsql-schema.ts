import type Database from 'libsql';
import { AuditError } from '../audit-error.js';

/** Columns are computed from the event, so that none of them can say another thing than what is hashed. */
const COLUMNS = [
  ['session_id', 'sessionId'],
  ['tool', 'tool'],
  ['server', 'server'],
  ['action', 'action'],
  ['risk_level', 'riskLevel'],
  ['result_status', 'resultStatus'],
  ['time', 'timestamp'],
] as const;

/** What most events have: an index of the others stays small. */
export const USUAL = { action: 'allow', risk_level: 'low', result_status: 'success' } as const;

/** The schema, step by step: a step that was released is never changed. */
const MIGRATIONS: readonly string[] = [
  `CREATE TABLE audit_events (
    seq INTEGER PRIMARY KEY,
    previous_hash TEXT NOT NULL,
    hash TEXT NOT NULL,
    event TEXT NOT NULL,
    ${COLUMNS.map(([column, field]) => `${column} TEXT GENERATED ALWAYS AS (event ->> '$.${field}') VIRTUAL`).join(', ')}
  );
  CREATE INDEX audit_events_time ON audit_events (time);
  CREATE INDEX audit_events_tool ON audit_events (tool, time);
  CREATE INDEX audit_events_server ON audit_events (server, time);
  CREATE INDEX audit_events_session ON audit_events (session_id, time);
  ${Object.entries(USUAL)
    .map(
      ([column, usual]) =>
        `CREATE INDEX audit_events_${column} ON audit_events (${column}, time) WHERE ${column} <> '${usual}';`,
    )
    .join('\n  ')}
  CREATE VIRTUAL TABLE audit_words USING fts5 (
    words, content = '', detail = none, columnsize = 0, tokenize = 'unicode61 remove_diacritics 2'
  );
  CREATE TABLE audit_intents (id TEXT PRIMARY KEY, writer TEXT NOT NULL, event TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE audit_writers (
    id TEXT PRIMARY KEY, pid INTEGER NOT NULL, host TEXT NOT NULL, started TEXT NOT NULL, seen_at INTEGER NOT NULL
  ) WITHOUT ROWID;
  CREATE TABLE audit_stub (only INTEGER PRIMARY KEY CHECK (only = 1), head TEXT NOT NULL);`,
];

/**
 * Brings a database to the schema of this version; of several processes that try at once, one does it.
 *
 * @throws AuditError where a newer version has written it.
 */
export function migrate(db: Database.Database): void {
  if (versionOf(db) === MIGRATIONS.length) return;
  db.transaction(() => {
    for (const step of MIGRATIONS.slice(versionOf(db))) db.exec(step);
    db.exec(`PRAGMA user_version = ${MIGRATIONS.length}`);
  }).immediate();
}

/** The version of a database's schema; 0 where it has none. */
export function versionOf(db: Database.Database): number {
  const { user_version: version } = db.prepare('PRAGMA user_version').get([]) as { user_version: number };
  if (version <= MIGRATIONS.length) return version;
  throw new AuditError('The record was written by a newer version of mcp-governance. Use that version or a later one.');
}
