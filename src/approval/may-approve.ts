import type { ApprovalRecord, Requester } from './approval-request.js';

/**
 * True where somebody of this name may approve a request: somebody the rule names, where it names any, and never the one
 * who asks.
 *
 * Where the handler does not know who answered there is no name to hold against the rule: then whoever it asks may.
 * Both comparisons err to a no: a name must be spelled exactly as in the rule, and a look-alike of the requester's
 * counts as theirs.
 *
 * @param asks - Who asks, as the call names them: in a record, a name may be masked.
 */
export function mayApprove(
  approver: string,
  { approvers }: Pick<ApprovalRecord, 'approvers'>,
  asks: Pick<Requester, 'agent' | 'user'>,
): boolean {
  if (approver === '') return true;
  const folded = fold(approver);
  if (folded === fold(asks.user) || folded === fold(asks.agent)) return false;
  return approvers.length === 0 || approvers.includes(approver);
}

function fold(name: string): string {
  return name.normalize('NFKC').trim().toLowerCase();
}
