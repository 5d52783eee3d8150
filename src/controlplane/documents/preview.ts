import type { AuditLogger } from '../../audit/audit-logger.js';
import { preview } from '../../wire/documents.js';
import type { Fleet } from '../decisions/fleet.js';
import type { AddRoute } from '../http/route.js';
import { replayDraft } from './replay-draft.js';

const CALLS = 1000;

/** Answers what a draft of the policy document would have done to recorded calls. */
export function addPreviewRoute(add: AddRoute, fleet: Fleet, record: AuditLogger): void {
  add(preview, async ({ body }) => {
    const { text, since, limit = CALLS } = body;
    const { calls, undecided, withoutParams, flips } = await replayDraft(fleet.state, record, text, { since, limit });
    const shown = flips.map(({ server, tool, from, to, rule, count }) => ({ server, tool, from, to, rule, count }));
    return { calls, undecided, without_params: withoutParams, flips: shown };
  });
}
