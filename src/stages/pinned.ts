import { block, PASS, type Verdict } from '../call/verdict.js';
import { PolicyViolationError } from '../errors/policy-violation-error.js';
import type { Pins } from '../pins/pins.js';
import type { CallRun } from '../pipeline/call-run.js';
import type { Stage } from '../pipeline/stage.js';

/** What judging a call by its tool's pin works with. */
export interface PinnedTool {
  readonly pins: Pick<Pins, 'standing'>;
  /** The server as policies match it. */
  readonly server: string;
  /** False: a change is noted in the record and passes. */
  readonly refuses: boolean;
}

const WHY = {
  changed: 'its definition is not the one that was accepted',
  added: 'nobody accepted it: it was added, or is not listed',
  instructions: 'the instructions of its server are not those that were accepted',
} as const;

/**
 * Makes the stage that refuses calls of tools that are not defined as they were accepted.
 *
 * It runs first and once more just before the tool, because the definition can change while the call waits. It has no word
 * for the case that it fails: pins that cannot be known are never open.
 */
export function createPinned({ pins, server, refuses }: PinnedTool): Stage {
  return {
    name: 'pins',
    run(run: CallRun): Verdict {
      const standing = pins.standing(server, run.call.tool);
      if (standing === 'accepted') return PASS;
      if (typeof standing !== 'string') {
        const text = `${run.named}: the pins of tool definitions cannot be used, so nobody knows what was accepted. The log has the fault.`;
        return block(new PolicyViolationError('pins_unavailable', text));
      }
      run.definitionChanged = true;
      if (!refuses) return PASS;
      const text = `${run.named} may not be called: ${WHY[standing]}. An operator looks at it with mcp-governance pins diff, and accepts it with mcp-governance pins accept.`;
      return block(new PolicyViolationError('definition_changed', text));
    },
  };
}
