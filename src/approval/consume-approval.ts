import type { Clock } from '../call/clock.js';
import type { ApprovalStore } from './approval-store.js';

/** Why an approval does not let a call run. */
export type Unusable = 'changed' | 'lapsed' | 'used';

/**
 * Uses an approval for the one execution it is good for; undefined where that went well.
 *
 * @param binding - Of the call that is about to run, computed just now.
 * @returns `changed` where that is not what was approved, `lapsed` where it is too late, `used` where the approval was
 *   used before or there is none.
 */
export async function consumeApproval(
  store: ApprovalStore,
  id: string,
  binding: string,
  clock: Clock,
): Promise<Unusable | undefined> {
  const record = await store.get(id);
  if (record?.state !== 'approved') return record?.state === 'lapsed' ? 'lapsed' : 'used';
  if (record.binding !== binding) return 'changed';
  const now = clock.now();
  const late = record.useBy === undefined || now >= record.useBy;
  const { taken } = await store.transition(id, 'approved', late ? 'lapsed' : 'consumed', { settledAt: now });
  if (late) return 'lapsed';
  return taken ? undefined : 'used';
}
