import { setTimeout as sleep } from 'node:timers/promises';
import { decideApproval, listApprovals, type WireApproval } from '../../wire/approvals.js';
import type { Administrator } from './administrator.js';
import type { PlayedStep } from './play.js';
import { toRequest, toShortJson } from './request-lines.js';
import { APPROVER } from './settings.js';

const LOOK_MS = 10;
const LOOKS = 500;

/**
 * Waits for the next question about a tool, and answers it as an approver.
 *
 * @throws Error where nobody asks, for five seconds.
 */
export async function decideNext(approver: Administrator, tool: string, approved: boolean): Promise<PlayedStep> {
  const asked = await nextQuestion(approver, tool);
  const request = { params: { id: asked.id }, body: { approved } };
  const { state, decided_by: by } = await approver.ask(decideApproval, request);
  return {
    kind: 'step',
    told: `${asked.tool} ${toShortJson(asked.arguments)} is in the inbox: ${APPROVER} says ${approved ? 'yes' : 'no'}.`,
    request: toRequest(decideApproval, request),
    seen: `${decideApproval.status}: ${state} by ${by ?? 'nobody'}.`,
  };
}

async function nextQuestion(approver: Administrator, tool: string): Promise<WireApproval> {
  for (let look = 0; look < LOOKS; look++) {
    const { approvals } = await approver.ask(listApprovals, { query: { state: 'pending' } });
    const asked = approvals.find((each) => each.tool === tool);
    if (asked !== undefined) return asked;
    await sleep(LOOK_MS);
  }
  throw new Error(`no question about ${tool} came to the inbox`);
}
