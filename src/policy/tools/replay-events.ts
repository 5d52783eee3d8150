import { type Action, isAction } from '../../call/action.js';
import { isJsonObject } from '../../call/json.js';
import type { Policy } from '../policy.js';

/** What a replay reads of an audit event; other fields do not matter. */
export interface RecordedCall {
  readonly server?: unknown;
  readonly tool?: unknown;
  readonly params?: unknown;
  readonly agent?: unknown;
  readonly user?: unknown;
  readonly action?: unknown;
  readonly timestamp?: unknown;
}

/** Calls of one tool that would be decided differently, by the same rule. */
export interface Flip {
  readonly server: string;
  readonly tool: string;
  /** What was decided. */
  readonly from: Action;
  /** What would be decided. */
  readonly to: Action;
  /** The rule that would decide. */
  readonly rule: string;
  readonly count: number;
  /** Where the first of them stands among the events, from 0. */
  readonly first: number;
}

/** What a policy makes of recorded calls. */
export interface Replay {
  /** Events that were replayed. */
  readonly calls: number;
  /** Events without a decision: refused before, by a limit or a finding. */
  readonly undecided: number;
  /** Events whose arguments were not recorded: judged as calls without any. */
  readonly withoutParams: number;
  /** Most frequent first. */
  readonly flips: readonly Flip[];
}

/** Decides recorded calls once more and counts those whose action would be another one. */
export function replayEvents(policy: Policy, events: Iterable<RecordedCall>): Replay {
  const flips = new Map<string, Flip>();
  const counts = { calls: 0, undecided: 0, withoutParams: 0 };
  let position = -1;
  for (const event of events) {
    position++;
    const { action: from } = event;
    if (!isAction(from)) {
      counts.undecided++;
      continue;
    }
    counts.calls++;
    if (!isJsonObject(event.params)) counts.withoutParams++;
    const flip = flipOf(policy, event, from, position);
    if (flip === undefined) continue;
    const key = JSON.stringify([flip.server, flip.tool, flip.from, flip.to, flip.rule]);
    const known = flips.get(key);
    flips.set(key, known === undefined ? flip : { ...known, count: known.count + 1 });
  }
  return { ...counts, flips: [...flips.values()].sort((a, b) => b.count - a.count) };
}

function flipOf(policy: Policy, event: RecordedCall, from: Action, first: number): Flip | undefined {
  const [server, tool] = [textOf(event.server), textOf(event.tool)];
  const timestamp = typeof event.timestamp === 'string' ? new Date(event.timestamp) : undefined;
  const now = timestamp === undefined || Number.isNaN(timestamp.getTime()) ? undefined : timestamp;
  const { action: to, ruleName: rule = '' } = policy.evaluate({
    server,
    tool,
    ...(isJsonObject(event.params) ? { arguments: event.params } : {}),
    principal: { agent: textOf(event.agent), user: textOf(event.user) },
    ...(now === undefined ? {} : { now }),
  });
  return to === from ? undefined : { server, tool, from, to, rule, count: 1, first };
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
