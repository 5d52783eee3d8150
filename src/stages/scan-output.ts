import type { Finding } from '../call/finding.js';
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
import { returnedValue, toReturned } from './limits.js';
import type { Scanning } from './scan-input.js';

/** Makes the stage that looks for what must not leave: in a result as in the text of an error. */
export function createScanOutput(scanning: Scanning): Stage {
  return {
    name: 'scan-output',
    run(run) {
      const scanned = scanOutgoing(returnedValue(run), run.call.tool, run.call.signal, scanning);
      return scanned instanceof Promise ? scanned.then((each) => conclude(run, each)) : conclude(run, scanned);
    },
    whenOpen: () => PASS,
  };
}

/** What scanning found in something that is about to leave. */
export interface Outgoing {
  readonly findings: readonly Finding[];
  /** Types for which all of it is withheld. */
  readonly blocked: readonly string[];
  /** What may leave: the very value where nothing was redacted. */
  readonly value: unknown;
  readonly changed: boolean;
}

/**
 * Scans something that is about to leave: a result, a progress message, a streamed part.
 *
 * @returns Undefined where nothing was found, which is so of most.
 */
export function scanOutgoing(
  value: unknown,
  tool: string,
  signal: AbortSignal | undefined,
  { scanner, policy, timeoutMs, clock }: Scanning,
): Outgoing | undefined | Promise<Outgoing | undefined> {
  const hits = scanValue(value, scanner, { direction: 'output', tool });
  if (!(hits instanceof Promise)) return judgeHits(value, hits, policy);
  return withDeadline(hits, timeoutMs, clock, signal).then((each) => judgeHits(value, each, policy));
}

function judgeHits(value: unknown, hits: readonly Hit[], policy: FindingPolicy): Outgoing | undefined {
  if (hits.length === 0) return undefined;
  try {
    const findings = reportedFindings(hits, (finding) => policy(finding) !== 'allow');
    const safe = redactValue(value, hits, (finding) => policy(finding) === 'redact');
    return { findings, blocked: blockedTypes(hits, policy), value: safe, changed: safe !== value };
  } catch (fault) {
    throw new OwnFault(fault);
  }
}

function conclude(run: CallRun, scanned: Outgoing | undefined): Verdict {
  if (scanned === undefined) return PASS;
  const { findings, blocked, value, changed } = scanned;
  run.noteOutgoing(findings);
  if (blocked.length > 0) {
    const text = `The result of ${run.named} holds ${blocked.join(', ')}, which may not leave, and is withheld.`;
    return block(new PiiError('pii_output', text, blocked));
  }
  if (!changed) return PASS;
  run.redacted = true;
  return { kind: 'rewrite', value: toReturned(run, value) };
}
