import type { Action, Risk } from '../call/action.js';
import type { Finding } from '../call/finding.js';
import type { JsonObject } from '../call/json.js';
import type { Door } from '../call/tool-call.js';

/** What became of a call in the eyes of policy. */
export type PolicyDecision =
  'allow' | 'warn' | 'throttle' | 'approved_by_user' | 'denied_by_user' | 'block' | 'review_timeout';

/** How a call ended. */
export type ResultStatus = 'success' | 'tool_error' | 'blocked' | 'denied' | 'cancelled' | 'unknown_after_crash';

/** Who sent an event. */
export interface Reporter {
  /** The id of the key; null for one that was sent without, from the session of an administrator. */
  readonly keyId: string | null;
  /** The name of the key, or of the session. */
  readonly name: string;
}

/** The record of one call. It holds no matched value: arguments are redacted, findings are types and places. */
export interface AuditEvent {
  /** A UUID of version 7 (RFC 9562): sorts by time. */
  readonly id: string;
  /** When the call arrived, ISO 8601 in UTC. */
  readonly timestamp: string;
  /** The session, where the transport has one. */
  readonly sessionId: string | undefined;
  /** The agent that called; empty where unknown. */
  readonly agent: string;
  /** The user it called for; empty where unknown. */
  readonly user: string;
  /** Where the call was governed. */
  readonly door: Door;
  /** The server's name for matching. */
  readonly server: string;
  /** The tool. */
  readonly tool: string;
  /** `tools/call: name`; `check: name` where a call was only judged and was never to run. */
  readonly method: string;
  /** `mcp:{server}:{tool}`. */
  readonly policyId: string;
  /** The action that was decided; undefined where a call was refused before the decision. */
  readonly action: Action | undefined;
  /** What became of the call in the eyes of policy. */
  readonly policyDecision: PolicyDecision;
  /** The rule that decided: `<default>`, `<toolConfigs>`, `<governance>`, `<approvalRequired>`, or the name of a policy's rule. */
  readonly matchedRule: string | undefined;
  /** The revision of the policy that decided. */
  readonly policyRevision: string | undefined;
  /** The layer that decided, where policies are layered. */
  readonly policyLayer: string | undefined;
  /** Layers that said otherwise, and what they said: `team: allow (rule x)`. */
  readonly policyConflicts: readonly string[];
  /** The risk, as the policy has it. */
  readonly riskLevel: Risk | undefined;
  /** Why, in words. */
  readonly reason: string | undefined;
  /** What a person said; undefined where nobody was asked. */
  readonly humanDecision: 'approved' | 'denied' | 'timeout' | undefined;
  /** Who answered, where a person was asked. */
  readonly approver: string | undefined;
  /** HMAC-SHA-256 over the canonical redacted arguments, in hex; undefined where they were refused unread. */
  readonly paramsHash: string | undefined;
  /** The redacted arguments; undefined where they were not scanned. */
  readonly params: JsonObject | undefined;
  /** Types and places of what was found in arguments, result and messages; never a value. */
  readonly findings: readonly Finding[];
  /** How the call ended. */
  readonly resultStatus: ResultStatus;
  /** The HTTP status the upstream answered with; undefined where the call crossed no HTTP or never left. */
  readonly statusCode: number | undefined;
  /** The code of the refusal or failure. */
  readonly errorCode: string | undefined;
  /** True where the tool, or what its server says of itself, was not what had been accepted; otherwise undefined. */
  readonly definitionChanged?: boolean | undefined;
  /** Milliseconds from arrival to answer. */
  readonly durationMs: number;
  /** Milliseconds of those that were ours: everything but the tool itself and people. */
  readonly governanceMs: number;
  /** The parts that failed and let the call pass. */
  readonly failedOpen: readonly string[];
  /** Milliseconds since the policies of the controlplane were last known to be current; undefined where none had a say. */
  readonly snapshotAgeMs?: number | undefined;
  /** The trace of the call, as 32 hex digits (W3C Trace Context). */
  readonly traceId: string | undefined;
  /** When a controlplane took the event, by its own clock, ISO 8601 in UTC; undefined in the record of a door. */
  readonly receivedAt?: string | undefined;
  /** The key that sent the event to a controlplane: who it is that says all of this; undefined in the record of a door. */
  readonly reportedBy?: Reporter | undefined;
}

/** What is known of a call before its handler runs: what is kept of it should the process die while it does. */
export type AuditIntent = Pick<
  AuditEvent,
  | 'id'
  | 'timestamp'
  | 'sessionId'
  | 'agent'
  | 'user'
  | 'door'
  | 'server'
  | 'tool'
  | 'method'
  | 'policyId'
  | 'action'
  | 'matchedRule'
  | 'policyRevision'
  | 'policyLayer'
  | 'riskLevel'
  | 'reason'
  | 'humanDecision'
  | 'approver'
  | 'paramsHash'
  | 'params'
  | 'traceId'
>;

/** An audit event as a store keeps it: with its place in the chain. */
export interface StoredEvent extends AuditEvent {
  /** Its place in the record, from 1, without gaps. */
  readonly seq: number;
  /** The `hash` of the event before, in hex; 64 zeros before the first. */
  readonly previousHash: string;
  /** SHA-256 over `previousHash`, a line feed, and the canonical JSON of all fields but the three of the chain, in hex. */
  readonly hash: string;
}

/**
 * Where audit events go.
 *
 * A throw or a rejection of `write` is counted and logged and never reaches the call.
 */
export interface Sink {
  /** True: a call may only run once this sink has kept its intent. Default false. */
  readonly required?: boolean;
  /**
   * Takes one event. Where an intent of the same id was kept, this settles it.
   */
  write(event: AuditEvent): void | Promise<void>;
  /**
   * Keeps what is known before the handler runs; resolves once that would survive the loss of power, and rejects with a
   * text for people where it cannot be kept.
   */
  intend?(intent: AuditIntent): Promise<void>;
  /** Resolves when everything written before is kept. */
  flush?(): Promise<void>;
  /** Flushes and lets go of what the sink holds. */
  close?(): Promise<void>;
}
