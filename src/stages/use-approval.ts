import type { ApprovalStore } from '../approval/approval-store.js';
import { bindingOf } from '../approval/binding.js';
import { consumeApproval, type Unusable } from '../approval/consume-approval.js';
import type { Clock } from '../call/clock.js';
import { block, PASS, type Verdict } from '../call/verdict.js';
import { PolicyViolationError } from '../errors/policy-violation-error.js';
import type { CallRun } from '../pipeline/call-run.js';
import type { Stage } from '../pipeline/stage.js';
import { fingerprintOf } from './approve.js';

/** What using an approval works with. */
export interface UsingApproval {
  readonly store: ApprovalStore;
  readonly clock: Clock;
  /** Milliseconds the host has to tell how the tool is defined. */
  readonly timeoutMs: number;
}

const WHY: Readonly<Record<Unusable, string>> = {
  changed: 'the call or the definition of the tool is no longer what was approved',
  lapsed: 'it was given too long ago',
  used: 'it was used before',
};

/**
 * Makes the stage that uses an approval up: the last before the tool.
 *
 * What it is good for is computed anew, from the call that is about to run and the tool as it is defined now. Only then
 * does the call wait for nobody any more.
 */
export function createUseApproval(using: UsingApproval): Stage {
  return {
    name: 'approve',
    run: (run) => (run.approvalId === undefined ? PASS : useUp(run, run.approvalId, using)),
  };
}

async function useUp(run: CallRun, id: string, using: UsingApproval): Promise<Verdict> {
  const binding = bindingOf(run.call, await fingerprintOf(run, using));
  const unusable = await consumeApproval(using.store, id, binding, using.clock);
  if (unusable !== undefined) {
    const text = `${run.named}: the approval does not hold, because ${WHY[unusable]}. Call again.`;
    return block(new PolicyViolationError('approval_void', text, run.pending?.policyResult));
  }
  run.pending = undefined;
  return PASS;
}
