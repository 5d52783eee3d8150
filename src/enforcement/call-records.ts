import type { Sink } from '../audit/audit-event.js';
import { AuditLogger } from '../audit/audit-logger.js';
import { createKeyedHash } from '../audit/keyed-hash.js';
import { Recorder } from '../audit/recorder.js';
import type { Clock } from '../call/clock.js';
import type { Direction, Finding } from '../call/finding.js';
import type { HostRequest } from '../call/host-request.js';
import type { ResolvedOptions } from '../config/resolve.js';
import type { CallRun } from '../pipeline/call-run.js';
import { withDeadline } from '../pipeline/deadline.js';
import { type AttributeNames, nameAttributes } from '../telemetry/attribute-names.js';
import { type CallSpan, CallTelemetry, type Side } from '../telemetry/call-telemetry.js';
import type { CallLog } from './call-log.js';
import { DroppedEvents } from './dropped-events.js';
import type { PlanNames } from './plan.js';
import { describeCall, type FinishedCall } from './record.js';
import { RecordedCall } from './recorded-call.js';
import { toIntent } from './recorded-intent.js';
import { Recording } from './recording.js';
import type { TextMask } from './text-mask.js';

/** What of a request's `_meta` becomes part of its trace (W3C Trace Context and Baggage). */
const TRAVELLING: readonly string[] = ['tracestate', 'baggage'];

/** What the records of one enforcement point stand on. */
export interface CallRecordsOptions {
  readonly options: ResolvedOptions;
  readonly side: Side;
  readonly clock: Clock;
  readonly log: CallLog;
  readonly mask: TextMask;
  /** Takes events on their way to a controlplane; undefined where there is none. */
  readonly outgoing: Sink | undefined;
}

/** What is kept of calls: a span, counts, and one audit event each. No fault of a backend ever reaches a call. */
export class CallRecords {
  readonly #recorder: Recorder;
  readonly #recording: Recording;
  readonly #dropped: DroppedEvents;
  readonly #telemetry: CallTelemetry;
  readonly #names: AttributeNames;
  readonly #mask: TextMask;
  readonly #clock: Clock;
  readonly #log: CallLog;
  readonly #timeoutMs: number;

  /** @throws ConfigError where `MCP_GOVERNANCE_AUDIT_URL` names no place for a store. */
  constructor({ options: { audit, attributePrefix }, side, clock, log, mask, outgoing }: CallRecordsOptions) {
    this.#clock = clock;
    this.#log = log;
    this.#mask = mask;
    this.#timeoutMs = audit.timeoutMs;
    this.#telemetry = new CallTelemetry(side);
    this.#names = nameAttributes(attributePrefix);
    this.#dropped = new DroppedEvents(clock, log.dropped);
    this.#recording = new Recording(mask, createKeyedHash(audit.hashKey), audit.params);
    const sinks = audit.url === undefined ? audit.sinks : [new AuditLogger({ url: audit.url })];
    this.#recorder = new Recorder(outgoing === undefined ? sinks : [...sinks, outgoing], (fault) => {
      this.#telemetry.countDropped();
      this.#dropped.add(fault);
    });
  }

  /** True where a call may only run once its intent is kept. */
  get required(): boolean {
    return this.#recorder.required;
  }

  /** Starts a span under the caller's. What the caller lets travel along reaches backends, so that it must be clean. */
  start(name: string, { meta }: HostRequest): CallSpan {
    if (meta === undefined) return this.#telemetry.start(name, meta);
    const dirty = TRAVELLING.filter((member) => {
      const said = meta[member];
      return said !== undefined && (typeof said !== 'string' || this.#mask.text(said) !== said);
    });
    if (dirty.length === 0) return this.#telemetry.start(name, meta);
    const clean = Object.entries(meta).filter(([member]) => !dirty.includes(member));
    return this.#telemetry.start(name, Object.fromEntries(clean));
  }

  /**
   * Has every required sink keep what is known of a call before its tool runs.
   *
   * @throws What the first of them threw that could not.
   */
  intend(run: CallRun, named: PlanNames): Promise<void> {
    return this.#recorder.intend(toIntent(run, named, this.#recording));
  }

  /** Counts findings by type. */
  countFindings(findings: readonly Finding[], direction: Direction): void {
    this.#telemetry.countFindings(findings, direction);
  }

  /**
   * Records a finished call. Never throws.
   *
   * @returns A promise that never rejects, where required sinks take their time with the event.
   */
  add(finished: FinishedCall, span: CallSpan): Promise<unknown> | undefined {
    const { run, outcome } = finished;
    try {
      if (span.recording) describeCall(finished, this.#names, this.#recording, span);
      span.end(outcome.error);
      if (!finished.checked) this.#count(finished);
      this.#telemetry.countFindings(run.inputFindings, 'input');
      this.#telemetry.countFindings(run.outputFindings, 'output');
    } catch (fault) {
      this.#log.telemetryFault(fault);
    }
    if (!this.#recorder.active) return undefined;
    this.#dropped.tellIfDue();
    const kept = this.#recorder.record(new RecordedCall(finished, this.#recording));
    return kept && this.#inTime(kept);
  }

  /** A required sink that hangs must not hold back the answer for ever. */
  #inTime(kept: Promise<unknown>): Promise<unknown> {
    return withDeadline(kept, this.#timeoutMs, this.#clock, undefined).catch((fault: unknown) => {
      this.#dropped.add(fault);
    });
  }

  #count({ outcome, run, plan, durationMs }: FinishedCall): void {
    const { metered } = plan.named;
    // Absent, not undefined: exporters write that out as a word.
    const measured = outcome.error === undefined ? metered : { ...metered, 'error.type': outcome.error };
    this.#telemetry.count(durationMs, measured, outcome.policyDecision, run.failedOpen);
  }

  /** Resolves when every audit sink has kept what it was given. */
  flush(): Promise<void> {
    return this.#recorder.flush().finally(() => {
      this.#dropped.tell();
    });
  }

  /** Closes the audit sinks. */
  close(): Promise<void> {
    return this.#recorder.close().finally(() => {
      this.#dropped.tell();
    });
  }
}
