import type { Clock } from '../call/clock.js';
import type { PIIScanner } from '../call/finding.js';
import type { JsonObject } from '../call/json.js';
import { block, PASS, type Verdict } from '../call/verdict.js';
import { PiiError } from '../errors/policy-violation-error.js';
import { redactValue } from '../pii/redact.js';
import { reportedFindings } from '../pii/reported-findings.js';
import { type Hit, scanValue } from '../pii/scan-value.js';
import type { CallRun } from '../pipeline/call-run.js';
import { withDeadline } from '../pipeline/deadline.js';
import { OwnFault } from '../pipeline/own-fault.js';
import type { Stage } from '../pipeline/stage.js';
import { blockedTypes, type FindingPolicy } from './finding-actions.js';
import type { ArgumentMask } from './argument-mask.js';
import { copyJson } from './measure.js';

/** What both scanning stages work with. */
export interface Scanning {
  readonly scanner: PIIScanner;
  readonly policy: FindingPolicy;
  readonly timeoutMs: number;
  readonly clock: Clock;
}

/**
 * Makes the stage that looks for what must not reach the tool.
 *
 * @param mask - Copies arguments without what records and approvers may not see. Default: all of them.
 */
export function createScanInput(scanning: Scanning, mask: ArgumentMask = copyJson): Stage {
  return {
    name: 'scan-input',
    run(run) {
      const hits = scanValue(run.call.arguments, scanning.scanner, { direction: 'input', tool: run.call.tool });
      if (!(hits instanceof Promise)) return judgeInput(run, hits, scanning.policy, mask);
      const inTime = withDeadline(hits, scanning.timeoutMs, scanning.clock, run.call.signal);
      return inTime.then((each) => judgeInput(run, each, scanning.policy, mask));
    },
    whenOpen: () => PASS,
  };
}

function judgeInput(run: CallRun, hits: readonly Hit[], policy: FindingPolicy, mask: ArgumentMask): Verdict {
  try {
    if (hits.length > 0) return judgeHits(run, hits, policy, mask);
    run.params = mask(run.call.arguments);
    return PASS;
  } catch (fault) {
    throw new OwnFault(fault);
  }
}

function judgeHits(run: CallRun, hits: readonly Hit[], policy: FindingPolicy, mask: ArgumentMask): Verdict {
  const { call } = run;
  run.inputFindings = reportedFindings(hits, (finding) => policy(finding) !== 'allow');
  // The record is redacted whatever the policy lets through to the tool; a copy, because the tool may change what it gets.
  run.params = mask(redactValue(call.arguments, hits, () => true) as JsonObject);
  const blocked = blockedTypes(hits, policy);
  if (blocked.length > 0) {
    const text = `The arguments of ${run.named} hold ${blocked.join(', ')}, which may not be sent. Leave it out.`;
    return block(new PiiError('pii_input', text, blocked));
  }
  const value = redactValue(call.arguments, hits, (finding) => policy(finding) === 'redact');
  if (value === call.arguments) return PASS;
  run.redacted = true;
  return { kind: 'rewrite', value };
}
