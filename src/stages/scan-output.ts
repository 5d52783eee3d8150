import type { Finding } from '../call/finding.js';
import { isJsonObject, type JsonObject } from '../call/json.js';
import { block, PASS, type Verdict } from '../call/verdict.js';
import { PiiError } from '../errors/policy-violation-error.js';
import { redactValue } from '../pii/redact.js';
import { type Hit, scanValue } from '../pii/scan-value.js';
import type { CallRun } from '../pipeline/call-run.js';
import { withDeadline } from '../pipeline/deadline.js';
import type { Stage } from '../pipeline/stage.js';
import { typesOf } from './finding-actions.js';
import { isError, returnedValue } from './limits.js';
import type { Scanning } from './scan-input.js';

const NONE: readonly Finding[] = Object.freeze([]);

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

/** Scans something that is about to leave: a result, a progress message, a streamed part. */
export function scanOutgoing(
  value: unknown,
  tool: string,
  signal: AbortSignal | undefined,
  { scanner, policy, timeoutMs, clock }: Scanning,
): Outgoing | Promise<Outgoing> {
  const judge = (hits: readonly Hit[]): Outgoing => {
    if (hits.length === 0) return { findings: NONE, blocked: [], value, changed: false };
    const findings = hits.flatMap((hit) => hit.findings).filter((finding) => policy(finding) !== 'allow');
    const blocked = typesOf(findings.filter((finding) => policy(finding) === 'block'));
    const safe = redactValue(value, hits, (finding) => policy(finding) === 'redact');
    return { findings, blocked, value: safe, changed: safe !== value };
  };
  const hits = scanValue(value, scanner, { direction: 'output', tool });
  return hits instanceof Promise ? withDeadline(hits, timeoutMs, clock, signal).then(judge) : judge(hits);
}

function conclude(run: CallRun, { findings, blocked, value, changed }: Outgoing): Verdict {
  // Behind those of what the call sent ahead of its result.
  run.outputFindings = run.outputFindings.length === 0 ? findings : [...run.outputFindings, ...findings];
  if (blocked.length > 0) {
    const text = `The result of ${run.call.tool} holds ${blocked.join(', ')}, which may not leave, and is withheld.`;
    return block(new PiiError('pii_output', text, blocked));
  }
  if (!changed) return PASS;
  run.redacted = true;
  if (run.returned?.kind === 'error' && isError(run.returned.value)) {
    return { kind: 'rewrite', value: redactedError(run.returned.value, isJsonObject(value) ? value : {}) };
  }
  return { kind: 'rewrite', value };
}

/** An error of the same class with the redacted text and members; without a stack, which would repeat the text. */
function redactedError(error: Error, members: JsonObject): Error {
  const copy = Object.create(Object.getPrototypeOf(error) as object) as Error;
  Object.defineProperties(copy, Object.getOwnPropertyDescriptors(members));
  Object.defineProperty(copy, 'message', { value: members['message'], enumerable: false });
  Object.defineProperty(copy, 'stack', { value: `${error.name}: ${String(members['message'])}`, enumerable: false });
  return copy;
}
