import { searchAudit, verifyAudit } from '../../wire/audit.js';
import type { Administrator } from './administrator.js';
import type { PlayedCall } from './play.js';
import { toRequest } from './request-lines.js';

/** What the controlplane's record says of the calls that were made. */
export interface RecordProof {
  readonly request: readonly string[];
  readonly seen: string;
  /** A call as it is when the record was read: unexpected, where the record does not have it exactly once. */
  readonly judge: (played: PlayedCall) => PlayedCall;
}

/**
 * Looks the calls up in the record of the controlplane, and has its chain proved.
 *
 * @param away - How many of the calls were made while the controlplane was away.
 * @throws Error where the chain of the record is broken.
 */
export async function proveRecord(
  reader: Pick<Administrator, 'ask'>,
  calls: readonly PlayedCall[],
  away: number,
): Promise<RecordProof> {
  // What was called before, to warm the server up, is on record too.
  const query = { server: 'filesystem', since: calls[0]?.event?.timestamp ?? '', limit: 1000 };
  const { events } = await reader.ask(searchAudit, { query });
  const { ok } = await reader.ask(verifyAudit);
  if (!ok) throw new Error('the chain of the record is broken');
  const timesKept = ({ event }: PlayedCall): number =>
    events.filter(({ id, resultStatus }) => id === event?.id && resultStatus === event?.resultStatus).length;
  const kept = calls.filter((each) => timesKept(each) === 1).length;
  return {
    request: toRequest(searchAudit, { query }),
    seen: `${searchAudit.status}: ${kept} of ${calls.length} calls are on record once, ${away} of them made while it was away; the chain is whole.`,
    judge: (played) => {
      const times = timesKept(played);
      if (times === 1) return played;
      const reason = `the controlplane's record has the call ${times} times`;
      return { ...played, line: { ...played.line, outcome: 'unexpected', reason } };
    },
  };
}
