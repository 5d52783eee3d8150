import { ACTIONS, RISKS } from '../call/action.js';
import type { Decision, Obligations } from '../call/decision.js';
import { combineApprovers } from './combine-approvers.js';

/** What one layer decided. */
export interface Opinion {
  readonly layer: string;
  readonly decision: Decision;
}

/**
 * Makes one decision of those of several layers, from the highest to the lowest: the strictest wins, and says which layers
 * said otherwise.
 *
 * What one of them makes final or mandatory is; of delays the longest counts, of risks the highest. Who may approve has to
 * please all of them that ask for people.
 */
export function strictestDecision(first: Opinion, others: readonly Opinion[]): Decision {
  const all = [first, ...others];
  const strictest = others.reduce((best, each) => (rank(each) > rank(best) ? each : best), first);
  const { decision, layer } = strictest;
  const conflicts = all
    .filter((each) => each.decision.action !== decision.action)
    .map(({ layer: other, decision: { action, ruleName = '' } }) => `${other}: ${action} (rule ${ruleName})`);
  const risk = RISKS.findLast((each) => all.some((opinion) => opinion.decision.risk === each));
  const obligations = decision.action === 'throttle' ? longestDelay(decision.obligations, all) : decision.obligations;
  const settled: Decision = {
    ...decision,
    layer,
    ...(risk === undefined ? {} : { risk }),
    ...(conflicts.length === 0 ? {} : { conflicts }),
    ...(obligations === undefined ? {} : { obligations }),
    // A final rule is a block, and then the decision is one, too.
    final: all.some((opinion) => opinion.decision.final === true),
    mandatory: all.some((opinion) => opinion.decision.mandatory === true),
  };
  return others.length === 0
    ? settled
    : combineApprovers(
        settled,
        all.map((opinion) => opinion.decision),
      );
}

function rank({ decision }: Opinion): number {
  return ACTIONS.indexOf(decision.action);
}

function longestDelay(own: Obligations | undefined, all: readonly Opinion[]): Obligations | undefined {
  const delays = all
    .filter(({ decision }) => decision.action === 'throttle')
    .map(({ decision }) => decision.obligations?.throttleDelaySeconds)
    .filter((delay) => delay !== undefined);
  return delays.length === 0 ? own : { ...own, throttleDelaySeconds: Math.max(...delays) };
}
