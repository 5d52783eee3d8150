import { ACTIONS, isAction } from '../call/action.js';
import type { Clock } from '../call/clock.js';
import type { Decision } from '../call/decision.js';
import { isThenable } from '../call/is-thenable.js';
import { block, PASS, type Verdict } from '../call/verdict.js';
import type { ControlplaneLayer } from '../connection/controlplane-layer.js';
import { PolicyViolationError } from '../errors/policy-violation-error.js';
import type { CallRun } from '../pipeline/call-run.js';
import type { Stage } from '../pipeline/stage.js';
import { readDecision } from './read-decision.js';

/** What asking a controlplane works with. */
export interface AskingControlplane {
  readonly layer: ControlplaneLayer;
  /** How old its policies here are, in milliseconds; undefined where there are none. */
  readonly snapshotAgeMs: () => number | undefined;
  readonly clock: Clock;
  /** `mcp:{server}:{tool}`. */
  readonly policyId: string;
  /** Masks what a text quotes of a call. */
  readonly mask: (text: string) => string;
  /** Told of answers that are no decision. */
  readonly onUnknownAction: (policyId: string) => void;
}

/**
 * Makes the stage that notes what the controlplane says of a call; the next one decides, by that and by what is local.
 *
 * Where nothing can be had of it and governance is open, only its say is missing: all that is local still decides.
 */
export function createAskControlplane(asking: AskingControlplane): Stage {
  return {
    name: 'controlplane',
    run(run) {
      const said = asking.layer.opinion(run.call, asking.clock.now());
      if (!isThenable(said)) return note(run, said, asking);
      return Promise.resolve(said).then((each) => note(run, each, asking));
    },
    whenOpen: () => PASS,
  };
}

function note(run: CallRun, said: Decision | undefined, asking: AskingControlplane): Verdict {
  run.snapshotAgeMs = asking.snapshotAgeMs();
  if (said === undefined) return PASS;
  if (!isAction(said.action)) {
    asking.onUnknownAction(asking.policyId);
    const text = `${run.named}: the controlplane answered with an action that is none of ${ACTIONS.join(', ')}.`;
    return block(new PolicyViolationError('unknown_action', text));
  }
  run.controlplane = asking.layer.trusted ? said : readDecision(said, asking.mask);
  return PASS;
}
