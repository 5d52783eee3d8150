import { MemoryApprovalStore } from '../../src/approval/memory-approval-store.js';
import { RememberedAnswers, type Remembering } from '../../src/stages/remembered-answers.js';

/** What the stages of approval share: a store, and answers that nobody writes into a file. */
export function approvals(over: Partial<Remembering> = {}) {
  const store = new MemoryApprovalStore();
  const countedOnce: string[] = [];
  const remembered = new RememberedAnswers({
    allowAlways: () => Promise.reject(new Error('the policy is no file')),
    now: () => 0,
    onCountsOnce: (tool, why) => countedOnce.push(`${tool}: ${why}`),
    ...over,
  });
  return { store, remembered, countedOnce };
}
