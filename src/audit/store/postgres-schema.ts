/** The schema, step by step: a step that was released is never changed. */
export const MIGRATIONS: readonly string[] = [
  `CREATE TABLE audit_events (
    seq bigint PRIMARY KEY,
    previous_hash text NOT NULL,
    hash text NOT NULL,
    event text NOT NULL,
    session_id text, tool text, server text, action text, risk_level text, result_status text,
    time text COLLATE "C" NOT NULL,
    words tsvector NOT NULL
  );
  CREATE INDEX audit_events_time ON audit_events (time, seq);
  CREATE INDEX audit_events_tool ON audit_events (tool, time, seq);
  CREATE INDEX audit_events_server ON audit_events (server, time, seq);
  CREATE INDEX audit_events_session ON audit_events (session_id, time, seq);
  CREATE INDEX audit_events_words ON audit_events USING gin (words);
  CREATE TABLE audit_intents (id text PRIMARY KEY, writer integer NOT NULL, event text NOT NULL);
  CREATE TABLE audit_stub (only_one integer PRIMARY KEY CHECK (only_one = 1), head text NOT NULL);`,
];

/** Adds rows; `$1` to `$12` are arrays of the same length, one for each column. */
export const INSERT = `INSERT INTO audit_events
  (seq, previous_hash, hash, event, session_id, tool, server, action, risk_level, result_status, time, words)
  SELECT s, p, h, e, session, tool, server, action, risk, status, t, array_to_tsvector(string_to_array(w, ' '))
  FROM unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
    $9::text[], $10::text[], $11::text[], $12::text[])
    AS row (s, p, h, e, session, tool, server, action, risk, status, t, w)`;
