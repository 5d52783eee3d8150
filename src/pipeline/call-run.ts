import type { ApprovalOutcome } from '../call/approval-outcome.js';
import type { CallHost } from '../call/call-host.js';
import type { Decision } from '../call/decision.js';
import type { Finding } from '../call/finding.js';
import type { JsonObject } from '../call/json.js';
import type { ToolCall } from '../call/tool-call.js';
import type { GovernanceFailure } from '../errors/governance-failure.js';
import type { PolicyViolationError } from '../errors/policy-violation-error.js';

/** What came back from the tool. */
export type Returned =
  | { readonly kind: 'result'; readonly value: unknown }
  /** The handler threw or rejected. */
  | { readonly kind: 'error'; readonly value: unknown };

/** What a call took from the rate limits' budget. */
export interface Budget {
  /** Returns it and counts the call as refused; nothing happens when it is already returned. */
  giveBack(): void;
  /** Takes it again; the violation where there is none left. */
  takeAgain(): PolicyViolationError | undefined | Promise<PolicyViolationError | undefined>;
}

const NO_FINDINGS: readonly Finding[] = Object.freeze([]);
const MOST_FINDINGS = 1000;
const NO_HOST: CallHost = Object.freeze({});
const NO_PARTS: readonly string[] = Object.freeze([]);

/** One call on its way: what the stages found out so far, and what the record will say. */
export class CallRun {
  /** Replaced, never changed, when a stage rewrites the arguments. */
  call: ToolCall;
  /** The name of the tool as texts and records may say it. */
  readonly named: string;
  /** When the call arrived, in milliseconds since 1970. */
  arrivedAt = 0;
  /** What the call came over; undefined where nobody knows. */
  transport: 'pipe' | 'tcp' | undefined = undefined;
  /** The trace of the call; undefined where there is none. */
  traceId: string | undefined = undefined;
  /** The id of its audit event, once its intent was made. */
  eventId: string | undefined = undefined;
  decision: Decision | undefined = undefined;
  /** What the controlplane says of the call; undefined where it says nothing, or there is none. */
  controlplane: Decision | undefined = undefined;
  /** How old its policies were, in milliseconds; undefined where none were at hand. */
  snapshotAgeMs: number | undefined = undefined;
  /** The operator's `policyAction` took the place of another answer. */
  overridden = false;
  /** Set from the moment a person has to decide until the approval is used up. */
  pending: PolicyViolationError | undefined = undefined;
  approval: ApprovalOutcome | undefined = undefined;
  /** The approval that the call may use up; undefined where it needs none. */
  approvalId: string | undefined = undefined;
  inputFindings: readonly Finding[] = NO_FINDINGS;
  outputFindings: readonly Finding[] = NO_FINDINGS;
  redacted = false;
  /** True where the tool, or what its server says of itself, is not what was accepted. */
  definitionChanged = false;
  /** The arguments with all findings redacted, for record and approver; undefined while not scanned. */
  params: JsonObject | undefined = undefined;
  throttledMs = 0;
  /** Milliseconds spent in the tool, with people, or held back: not ours. */
  waitedMs = 0;
  failedOpen: readonly string[] = NO_PARTS;
  returned: Returned | undefined = undefined;
  /** The HTTP status that an upstream answered with; undefined where the call crossed no HTTP. */
  statusCode: number | undefined = undefined;
  violation: PolicyViolationError | undefined = undefined;
  failure: GovernanceFailure | undefined = undefined;
  /** What the call took from the rate limits; undefined where none apply. */
  budget: Budget | undefined = undefined;
  /** Called once when all is over; undefined where nothing is held. */
  onEnd: (() => void) | undefined = undefined;

  /**
   * @param named - The name of the tool as texts and records may say it.
   * @param host - What the door can do while the call waits.
   */
  constructor(
    call: ToolCall,
    named = call.tool,
    readonly host: CallHost = NO_HOST,
  ) {
    this.call = call;
    this.named = named;
  }

  /** Calls back when all is over, after those that asked before. */
  atEnd(callback: () => void): void {
    const before = this.onEnd;
    this.onEnd =
      before === undefined
        ? callback
        : () => {
            before();
            callback();
          };
  }

  /** Adds what was found in something that the call sent; beyond 1,000 findings of a call, what comes later is left out. */
  noteOutgoing(findings: readonly Finding[]): void {
    if (findings.length === 0) return;
    const all = this.outputFindings.length === 0 ? findings : [...this.outputFindings, ...findings];
    this.outputFindings = all.length > MOST_FINDINGS ? all.slice(0, MOST_FINDINGS) : all;
  }

  /** True as long as nothing refuses the call. */
  get open(): boolean {
    return this.violation === undefined && this.failure === undefined;
  }
}
