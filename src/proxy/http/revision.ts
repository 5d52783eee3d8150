import { isJsonObject } from '../../call/json.js';
import type { Message } from '../../session/message.js';

/** Revisions whose sessions begin with `initialize`. */
export const SESSION_REVISIONS: readonly string[] = ['2024-11-05', '2025-03-26', '2025-06-18', '2025-11-25'];
/** Revisions without sessions, each request of which stands alone. */
export const SINGLE_REVISIONS: readonly string[] = ['2026-07-28'];
/** The only revision that has batches, and the one of whoever names none. */
export const BATCH_REVISION = '2025-03-26';
/** From this revision on a stream may begin with an event that has an id and no data. */
export const PRIMED_SINCE = '2025-11-25';

const CLAIM = 'io.modelcontextprotocol/protocolVersion';

/** The revision that a message says it is of, as each does since 2026-07-28; anything that stands there, or undefined. */
export function claimedRevision({ params }: Message): unknown {
  const meta = isJsonObject(params) ? params['_meta'] : undefined;
  return isJsonObject(meta) ? meta[CLAIM] : undefined;
}

/** True for a revision without sessions. */
export function isSingle(revision: unknown): revision is string {
  return typeof revision === 'string' && SINGLE_REVISIONS.includes(revision);
}
