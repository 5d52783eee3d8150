import { GovernanceError } from './governance-error.js';

/**
 * Governance itself failed and the call was refused for it: the decision point, a scanner or `identify` threw or took
 * too long, and `failOpen` is off or does not cover that part.
 *
 * `cause` has the fault for the log; the text does not, because faults may quote what they choked on.
 */
export class GovernanceFailure extends GovernanceError {
  /** The part that failed: a stage's name, or `identify`. */
  readonly part: string;

  constructor(part: string, cause: unknown) {
    super('governance_failure', `Governance failed in ${part} and is closed: the call was refused. See the log.`, {
      cause,
    });
    this.part = part;
  }
}
