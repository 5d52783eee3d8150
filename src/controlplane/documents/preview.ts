import type { AuditLogger } from '../../audit/audit-logger.js';
import { preview } from '../../wire/documents.js';
import type { Fleet } from '../decisions/fleet.js';
import { Problem } from '../http/problem.js';
import type { AddRoute } from '../http/route.js';
import { idOf } from '../keys/caller.js';
import { replayDraft } from './replay-draft.js';

const CALLS = 1000;

/** Answers what a draft of the policy document would have done to recorded calls. */
export function addPreviewRoute(add: AddRoute, fleet: Fleet, record: AuditLogger): void {
  const running = new Set<string>();
  add(preview, async ({ body, caller }) => {
    const { text, since, limit = CALLS } = body;
    const who = idOf(caller);
    if (running.has(who)) throw new Problem('too_many', 'Your other preview is still at work: wait for its answer.');
    running.add(who);
    const { calls, undecided, withoutParams, flips } = await replayDraft(fleet.state, record, text, {
      since,
      limit,
    }).finally(() => running.delete(who));
    const shown = flips.map(({ server, tool, from, to, rule, count }) => ({ server, tool, from, to, rule, count }));
    return { calls, undecided, without_params: withoutParams, flips: shown };
  });
}
