import type { AuditEvent, PolicyDecision, ResultStatus } from '../audit/audit-event.js';
import type { Action, Risk } from '../call/action.js';
import type { Finding } from '../call/finding.js';
import type { JsonObject } from '../call/json.js';
import type { Door } from '../call/tool-call.js';
import { uuidV7 } from '../audit/uuid-v7.js';
import { isoTime } from './iso-time.js';
import type { FinishedCall } from './record.js';
import type { Recording } from './recording.js';

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
  readonly statusCode: number | undefined;
  readonly errorCode: string | undefined;
  readonly definitionChanged: true | undefined;
  readonly durationMs: number;
  readonly governanceMs: number;
  readonly failedOpen: readonly string[];
  readonly snapshotAgeMs: number | undefined;
  readonly traceId: string | undefined;
  readonly #arrivedAt: number;
  readonly #recording: Recording;
  readonly #hashed: JsonObject | undefined;
  #id: string | undefined;
  #paramsHash: string | undefined;

  constructor(finished: FinishedCall, recording: Recording) {
    const { run, plan, outcome, durationMs } = finished;
    const { call, decision, approval, inputFindings, outputFindings } = run;
    this.#arrivedAt = run.arrivedAt;
    this.#recording = recording;
    this.#hashed = recording.hashed(run);
    this.#id = run.eventId;
    const caller = recording.caller(call);
    this.sessionId = caller.sessionId;
    this.agent = caller.agent;
    this.user = caller.user;
    this.door = call.door;
    this.server = plan.named.server;
    this.tool = plan.named.tool;
    this.method = finished.checked ? `check: ${plan.named.tool}` : plan.named.method;
    this.policyId = plan.named.policyId;
    this.action = decision?.action;
    this.policyDecision = outcome.policyDecision;
    this.matchedRule = decision?.ruleName;
    this.policyRevision = decision?.revision;
    this.policyLayer = decision?.layer;
    this.policyConflicts = decision?.conflicts ?? NO_CONFLICTS;
    this.riskLevel = decision?.risk;
    this.reason = recording.reason(run.violation?.message ?? run.failure?.message ?? decision?.reason);
    this.humanDecision = approval?.status;
    this.approver = approval?.approver;
    this.params = recording.params(run);
    this.findings = inputFindings.length + outputFindings.length === 0 ? NONE : [...inputFindings, ...outputFindings];
    this.resultStatus = outcome.status;
    this.statusCode = run.statusCode;
    this.errorCode = outcome.error === 'tool_error' ? undefined : outcome.error;
    this.definitionChanged = run.definitionChanged || undefined;
    this.durationMs = durationMs;
    this.governanceMs = Math.max(0, durationMs - run.waitedMs);
    this.failedOpen = run.failedOpen;
    this.snapshotAgeMs = run.snapshotAgeMs;
    this.traceId = run.traceId;
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
    return this.#hashed && (this.#paramsHash ??= this.#recording.hash(this.#hashed));
  }

  /** The event as a plain object with all of its fields. */
  toJSON(): AuditEvent {
    return Object.assign({}, this, { id: this.id, timestamp: this.timestamp, paramsHash: this.paramsHash });
  }
}
