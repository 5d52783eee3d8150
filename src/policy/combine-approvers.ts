import { ACTIONS } from '../call/action.js';
import type { Decision } from '../call/decision.js';

const NOBODY = 'the rules that match name approvers, and nobody is named by all of them';

/**
 * Holds a decision to what everything that matched asks of approvers, so that one more rule never lets more people approve.
 *
 * What is no laxer than the decision counts, and with a block whatever asks people. A list that names nobody leaves the
 * choice to the others, of several lists only those may approve who stand in all, and the shortest time counts. Where
 * that leaves nobody, the decision is a block that is final.
 *
 * @param all - Everything that matched; the decision may be among it.
 */
export function combineApprovers(decision: Decision, all: readonly Decision[]): Decision {
  if (decision.final === true) return decision;
  const least = Math.min(rank(decision), ACTIONS.indexOf('review'));
  const counting = all.filter((each) => rank(each) >= least);
  const lists = counting.map(({ obligations }) => obligations?.approvers ?? []).filter(({ length }) => length > 0);
  const minutes = counting.map(({ obligations }) => obligations?.timeoutMinutes).filter((each) => each !== undefined);
  if (lists.length === 0 && minutes.length === 0) return decision;
  const [first, ...others] = lists;
  const approvers = first?.filter((name) => others.every((list) => list.includes(name)));
  if (approvers?.length === 0 && asksPeople(decision)) {
    const { reason = 'nobody may approve it' } = decision;
    return { ...decision, action: 'block', final: true, reason: `${reason} (${NOBODY})` };
  }
  return {
    ...decision,
    obligations: {
      ...decision.obligations,
      ...(approvers === undefined ? {} : { approvers }),
      ...(minutes.length === 0 ? {} : { timeoutMinutes: Math.min(...minutes) }),
    },
  };
}

/** True where a person may be asked: a block, too, may be approved. */
export function asksPeople({ action }: Decision): boolean {
  return action === 'review' || action === 'block';
}

function rank({ action }: Decision): number {
  return ACTIONS.indexOf(action);
}
