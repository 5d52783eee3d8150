import type { AuditEvent } from '../../audit/audit-event.js';
import type { Action } from '../../call/action.js';
import { isJsonObject, type JsonObject } from '../../call/json.js';
import type { Code } from '../../errors/codes.js';
import { REFUSAL_META } from '../../enforcement/refusal-result.js';

/** What became of a call, in one word. */
export type Outcome =
  | ('allowed' | 'warned' | 'throttled' | 'redacted' | 'approved' | 'failed_open')
  | ('blocked' | 'rate_limited' | 'pii_blocked' | 'approval_missing' | 'denied' | 'failed_closed' | 'too_large')
  /** None of these, or one thing was said and another seen. */
  | 'unexpected';

/** Everything that is known of one call when it is over. */
export interface ObservedCall {
  /** What the client got. */
  readonly result: JsonObject;
  /** What the server recorded. */
  readonly event: AuditEvent | undefined;
  /** How often the tool was reached. */
  readonly reached: number;
  /** Milliseconds until the client had the answer. */
  readonly roundTripMs: number;
}

/** What the demo says of one call. */
export interface Judgement {
  readonly outcome: Outcome;
  /** What was decided; `block` where a stage refused the call before anybody had to decide. */
  readonly action: Action;
  readonly reason: string;
}

const REFUSALS: Readonly<Partial<Record<Code, Outcome>>> = {
  policy_blocked: 'blocked',
  rate_limited: 'rate_limited',
  pii_input: 'pii_blocked',
  approval_unavailable: 'approval_missing',
  approval_denied: 'denied',
  governance_failure: 'failed_closed',
  arguments_too_large: 'too_large',
};

/** A throttled call waits a second where nothing else is said. */
const THROTTLED_MS = 990;

/**
 * Judges from what was seen, not from what was said alone: a refused call must not have reached its tool, a redacted
 * value must not come back, and a call that was held back must have taken its time.
 *
 * @param withheld - Values that must not come back.
 */
export function judgeCall(seen: ObservedCall, withheld: readonly string[] = []): Judgement {
  const { event, result } = seen;
  const code = refusalCode(result);
  const leaked = withheld.some((value) => JSON.stringify(result).includes(value));
  const outcome = code === undefined ? passedOutcome(seen) : (REFUSALS[code] ?? 'unexpected');
  const consistent = seen.reached === (code === undefined ? 1 : 0) && event !== undefined && !leaked;
  return {
    outcome: consistent ? outcome : 'unexpected',
    action: event?.action ?? (code === undefined ? 'allow' : 'block'),
    reason: leaked ? 'a value that should be withheld came back' : reasonOf(seen, outcome),
  };
}

function refusalCode(result: JsonObject): Code | undefined {
  const meta = result['_meta'];
  const refusal = isJsonObject(meta) ? meta[REFUSAL_META] : undefined;
  return isJsonObject(refusal) ? (refusal['code'] as Code) : undefined;
}

function passedOutcome({ result, event, roundTripMs }: ObservedCall): Outcome {
  if (result['isError'] === true || event === undefined) return 'unexpected';
  if (event.failedOpen.length > 0) return 'failed_open';
  if (event.policyDecision === 'approved_by_user') return 'approved';
  if (event.action === 'throttle') return roundTripMs < THROTTLED_MS ? 'unexpected' : 'throttled';
  if (event.action === 'warn') return 'warned';
  if (event.findings.length > 0) return isMarked(result) ? 'redacted' : 'unexpected';
  return 'allowed';
}

/** Both forms of a result, for people and for programs, carry the marks of redaction. */
function isMarked({ content, structuredContent }: JsonObject): boolean {
  return [content, structuredContent].every((part) => /##[A-Z_]+##/.test(JSON.stringify(part ?? '')));
}

function reasonOf({ event, roundTripMs }: ObservedCall, outcome: Outcome): string {
  if (event === undefined) return 'the server left no record of the call';
  switch (outcome) {
    case 'failed_open':
      return `${event.failedOpen.join(' and ')} failed, and the call went on`;
    case 'approved':
      return `approved by ${event.approver ?? 'somebody'}`;
    case 'denied':
      return `denied by ${event.approver ?? 'somebody'}`;
    case 'redacted':
      return `##${[...new Set(event.findings.map(({ type }) => type.toUpperCase()))].join('## and ##')}## in their place`;
    case 'throttled':
      return `${event.reason ?? 'throttled'}: answered after ${(roundTripMs / 1000).toFixed(1)} s`;
    default:
      return event.reason ?? 'nothing speaks against it';
  }
}
