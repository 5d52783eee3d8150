import Database from 'libsql';
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

interface Made {
  readonly type: string;
  readonly name: string;
  readonly place: string;
  readonly sql: string | null;
}

/**
 * What in a database is not as its version made it, in words; undefined where nothing is.
 *
 * A trigger can drop what is written, and a table that was made anew can keep less of it. Tables of others, as tools that
 * replicate a database add, change nothing of ours.
 */
export function schemaFault(db: Database.Database): string | undefined {
  const expected = new Map(expectedAt(versionOf(db)).map((made) => [made.name, made]));
  for (const { type, name, place, sql } of madeIn(db)) {
    const own = expected.get(name);
    expected.delete(name);
    if (own !== undefined && (own.type !== type || own.place !== place || own.sql !== sql))
      return `the ${own.type} ${name} is not as it was made`;
    if (own === undefined && (type === 'trigger' || type === 'view' || (type === 'index' && isOurs(place))))
      return `it holds ${type === 'index' ? 'an index' : `a ${type}`} that is not ours`;
  }
  const [missing] = expected.values();
  return missing && `the ${missing.type} ${missing.name} is missing`;
}

function madeIn(db: Database.Database): Made[] {
  return db.prepare('SELECT type, name, tbl_name AS place, sql FROM sqlite_master').all([]) as Made[];
}

function expectedAt(version: number): readonly Made[] {
  const model = new Database(':memory:');
  try {
    for (const step of MIGRATIONS.slice(0, version)) model.exec(step);
    return madeIn(model);
  } finally {
    model.close();
  }
}

function isOurs(table: string): boolean {
  return table.startsWith('audit_');
}
