import type { AuditEvent, PolicyDecision, ResultStatus } from '../audit/audit-event.js';
import type { KeyedHash } from '../audit/keyed-hash.js';
import type { Action, Risk } from '../call/action.js';
import { canonicalJson } from '../call/canonical-json.js';
import type { Finding } from '../call/finding.js';
import type { JsonObject } from '../call/json.js';
import type { Door } from '../call/tool-call.js';
import { uuidV7 } from '../audit/uuid-v7.js';
import { isoTime } from './iso-time.js';
import type { FinishedCall } from './record.js';

const NONE: readonly Finding[] = Object.freeze([]);
const NO_CONFLICTS: readonly string[] = Object.freeze([]);

/**
 * The audit event of a finished call.
 *
 * `id`, `timestamp` and `paramsHash` are made when they are first read: they cost more than the rest of the event, and stores read
 * them off the path of the call. `JSON.stringify` and `toJSON` write it like every other field.
 */
export class RecordedCall implements AuditEvent {
  readonly sessionId: string | undefined;
  readonly agent: string;
  readonly user: string;
  readonly door: Door;
  readonly server: string;
  readonly tool: string;
  readonly method: string;
  readonly policyId: string;
  readonly action: Action | undefined;
  readonly policyDecision: PolicyDecision;
  readonly matchedRule: string | undefined;
  readonly policyRevision: string | undefined;
  readonly policyLayer: string | undefined;
  readonly policyConflicts: readonly string[];
  readonly riskLevel: Risk | undefined;
  readonly reason: string | undefined;
  readonly humanDecision: AuditEvent['humanDecision'];
  readonly approver: string | undefined;
  readonly params: JsonObject | undefined;
  readonly findings: readonly Finding[];
  readonly resultStatus: ResultStatus;
  readonly statusCode: number | undefined = undefined;
  readonly errorCode: string | undefined;
  readonly durationMs: number;
  readonly governanceMs: number;
  readonly failedOpen: readonly string[];
  readonly traceId: string | undefined;
  readonly #arrivedAt: number;
  readonly #keyedHash: KeyedHash;
  #id: string | undefined;
  #paramsHash: string | undefined;

  constructor(finished: FinishedCall, traceId: string | undefined, keyedHash: KeyedHash) {
    const { run, plan, outcome, timing } = finished;
    const { call, decision, approval, inputFindings, outputFindings } = run;
    this.#arrivedAt = timing.arrivedAt;
    this.sessionId = call.sessionId;
    this.agent = call.principal.agent;
    this.user = call.principal.user;
    this.door = call.door;
    this.server = call.server;
    this.tool = call.tool;
    this.method = finished.checked ? `check: ${plan.tool}` : plan.method;
    this.policyId = plan.policyId;
    this.action = decision?.action;
    this.policyDecision = outcome.policyDecision;
    this.matchedRule = decision?.ruleName;
    this.policyRevision = decision?.revision;
    this.policyLayer = decision?.layer;
    this.policyConflicts = decision?.conflicts ?? NO_CONFLICTS;
    this.riskLevel = decision?.risk;
    this.reason = run.violation?.message ?? run.failure?.message ?? decision?.reason;
    this.humanDecision = approval?.status;
    this.approver = approval?.approver;
    this.params = run.params;
    this.findings = inputFindings.length + outputFindings.length === 0 ? NONE : [...inputFindings, ...outputFindings];
    this.resultStatus = outcome.status;
    this.errorCode = outcome.error === 'tool_error' ? undefined : outcome.error;
    this.durationMs = timing.durationMs;
    this.governanceMs = Math.max(0, timing.durationMs - run.waitedMs);
    this.failedOpen = run.failedOpen;
    this.traceId = traceId;
    this.#keyedHash = keyedHash;
  }

  /** A UUID of version 7: its time is that of the call's arrival. */
  get id(): string {
    return (this.#id ??= uuidV7(this.#arrivedAt));
  }

  /** When the call arrived, ISO 8601 in UTC. */
  get timestamp(): string {
    return isoTime(this.#arrivedAt);
  }

  /** HMAC-SHA-256 over the canonical redacted arguments, in hex. */
  get paramsHash(): string | undefined {
    return this.params && (this.#paramsHash ??= this.#keyedHash(canonicalJson(this.params)));
  }

  /** The event as a plain object with all of its fields. */
  toJSON(): AuditEvent {
    return Object.assign({}, this, { id: this.id, timestamp: this.timestamp, paramsHash: this.paramsHash });
  }
}
