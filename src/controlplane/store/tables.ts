import type { Generated } from 'kysely';

/** A moment as an ISO 8601 text, which sorts as the moments do. */
export type Moment = string;
/** 0 or 1: the two databases have no other word for it in common. */
export type Flag = number;

/** The tables of the controlplane, the same in both databases. JSON is kept as text. */
export interface Tables {
  fleet: { id: number; revision: number; global_default: string };
  changes: {
    revision: number;
    at: Moment;
    by: string;
    kind: string;
    subject: string;
    operation: string;
    /** What the subject is from then on, as JSON; `null` where it is no more. */
    state: string;
  };
  policies: {
    id: string;
    revision: number;
    workflow_name: string;
    action: string;
    category: string | null;
    enabled: Flag;
    deleted: Flag;
    /** The policy as the wire has it, without its status. */
    state: string;
  };
  policy_document: { id: number; text: string; revision: number; updated_at: Moment; updated_by: string };
  servers: { name: string; marked: Flag; revision: number; first_seen: Moment; last_seen: Moment };
  tool_rows: { server: string; tool: string; action: string };
  tool_definitions: {
    server: string;
    tool: string;
    definition: string;
    fingerprint: string;
    first_seen: Moment;
    changed_at: Moment | null;
    /** The key that reported what stands here, and its name then; null where that was before it was kept. */
    reported_key: string | null;
    reported_by: string | null;
    /** What the definition is held against: as it was first reported, or as somebody accepted it. */
    accepted_definition: string | null;
    accepted_fingerprint: string | null;
    accepted_at: Moment | null;
    /** Who accepted it; null where it is as it was first reported. */
    accepted_by: string | null;
  };
  api_keys: {
    id: string;
    name: string;
    role: string;
    /** SHA-256 of the key, in hex. */
    hash: string;
    created_at: Moment;
    created_by: string;
    last_used_at: Moment | null;
    revoked_at: Moment | null;
  };
  login_links: {
    hash: string;
    name: string;
    role: string;
    expires_at: Moment;
    used_at: Moment | null;
    /** The key it was made with, with which it ends; null for that of the first start. */
    key_id: string | null;
  };
  sessions: { hash: string; name: string; role: string; key_id: string | null; expires_at: Moment };
  /** Ids of audit events that were taken, and how far the record was when they were. */
  audit_ids: { id: string; seq: number };
  approvals: {
    id: string;
    state: string;
    server: string;
    tool: string;
    /** The id of the key that asked, or the session that a link opened. */
    asked_by: string;
    /** Milliseconds since 1970, as all times of a request. */
    decide_by: number;
    use_by: number | null;
    settled_at: number | null;
    approver: string;
    /** What does not change any more, as JSON. */
    request: string;
    sequence: Generated<number>;
  };
}
