import type { AuditEvent } from '../../audit/audit-event.js';
import type { JsonObject } from '../../call/json.js';
import type { DemoSession } from './demo-session.js';
import { judgeCall, type Outcome } from './judge-call.js';

/** One line of the demo, as `--json` prints it. */
export interface DemoLine {
  readonly tool: string;
  readonly action: string;
  readonly reason: string;
  readonly outcome: Outcome;
  readonly expected: Outcome;
  /** Microseconds that governance took: measured in the server, without the tool, people and waiting. */
  readonly micros: number;
}

/** A call that was made, and what became of it. */
export interface PlayedCall {
  readonly kind: 'call';
  readonly about: DemoCall['about'];
  readonly line: DemoLine;
  /** What the server recorded. */
  readonly event: AuditEvent | undefined;
}

/** What somebody did between two calls. */
export interface PlayedStep {
  readonly kind: 'step';
  /** What, in a sentence. */
  readonly told: string;
  /** The request that did it, line by line; empty where there was none. */
  readonly request: readonly string[];
  /** What was seen of it; empty where nothing is to be said. */
  readonly seen: string;
}

/** What happened, in order. */
export type Played = PlayedCall | PlayedStep;

/** How a part of the demo went. */
export interface Act<P extends Played = Played> {
  readonly played: readonly P[];
  /** What the servers said on standard error. */
  readonly log: string;
}

/** One call of the demo. */
export interface DemoCall {
  readonly tool: string;
  readonly arguments: JsonObject;
  /** What is worth knowing about the call, in a few words. */
  readonly about: string;
  readonly expected: Outcome;
  /** Values that must not come back. */
  readonly withheld?: readonly string[];
}

/** Makes a call and judges what is seen of it. */
export async function playCall(session: DemoSession, call: DemoCall): Promise<PlayedCall> {
  const { tool, about, expected } = call;
  const seen = await session.call(tool, call.arguments);
  const { action, reason, outcome } = judgeCall(seen, call.withheld);
  // Without a record there is nothing but the round trip, and the line is not as expected anyway.
  const micros = Math.round((seen.event?.governanceMs ?? seen.roundTripMs) * 1000);
  return { kind: 'call', about, line: { tool, action, reason, outcome, expected, micros }, event: seen.event };
}
