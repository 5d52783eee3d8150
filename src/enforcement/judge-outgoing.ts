import type { Finding } from '../call/finding.js';
import type { CallToolContext } from '../call/host-request.js';
import { isJsonObject } from '../call/json.js';
import type { ResolvedOptions } from '../config/resolve.js';
import type { GovernanceError } from '../errors/governance-error.js';
import { LimitError, PiiError } from '../errors/policy-violation-error.js';
import { OwnFault } from '../pipeline/own-fault.js';
import { settleFault } from '../pipeline/settle-fault.js';
import { weigh } from '../stages/measure.js';
import { scanOutgoing } from '../stages/scan-output.js';
import type { Plan } from './plan.js';

/** What became of something that a call sends beside its result. */
export interface JudgedOutgoing {
  readonly findings: readonly Finding[];
  readonly value: unknown;
  readonly changed: boolean;
  /** Why it may not leave at all; undefined where it may. */
  readonly refusal: GovernanceError | undefined;
  /** True where scanning failed and it may leave unscanned. */
  readonly failedOpen: boolean;
}

const PROGRESS = 'notifications/progress';

/**
 * Judges a progress message, a log line, a streamed part or a late result as the result of its call would be.
 *
 * @param method Of the message; with any other than that of progress, a progress token is content like the rest.
 */
export async function judgeOutgoing(
  value: unknown,
  { tool, request }: CallToolContext,
  plan: Plan,
  options: ResolvedOptions,
  method = PROGRESS,
): Promise<JudgedOutgoing> {
  const { maxResultBytes: maxBytes, maxDepth, maxKeys } = options.limits;
  const passed: JudgedOutgoing = { findings: [], value, changed: false, refusal: undefined, failedOpen: false };
  const { excess, plain } = weigh(value, { maxBytes, maxDepth, maxKeys });
  if (excess !== undefined) {
    return { ...passed, refusal: new LimitError('result_too_large', `What ${plan.named.tool} sent is ${excess}.`) };
  }
  if (plan.outgoing === undefined) return passed;
  try {
    // Scanned as JSON writes it: a `toJSON` can say something else than the object holds.
    const written = plain ? value : asWritten(value);
    const scanned = await scanOutgoing(written, tool, request.signal, plan.outgoing);
    if (scanned === undefined) return passed;
    const { blocked } = scanned;
    const judged = { ...passed, ...scanned };
    if (blocked.length === 0) {
      const token = method === PROGRESS ? request.meta?.['progressToken'] : undefined;
      return { ...judged, value: keepToken(value, scanned.value, token) };
    }
    return {
      ...judged,
      refusal: new PiiError('pii_output', `What ${plan.named.tool} sent holds ${blocked.join(', ')}.`, blocked),
    };
  } catch (fault) {
    const settled = settleFault('scan-output', fault, true, options.failOpen, plan.pipeline.report);
    return settled === 'open' ? { ...passed, failedOpen: true } : { ...passed, refusal: settled };
  }
}

/** A progress token is the client's own and has to come back as it was; only what the client sent is one. */
function keepToken(before: unknown, after: unknown, token: unknown): unknown {
  if (token === undefined || before === after || !isJsonObject(before) || !isJsonObject(after)) return after;
  return before['progressToken'] === token ? { ...after, progressToken: token } : after;
}

/** What nobody can write down could not be judged, and cannot leave either. */
function asWritten(value: unknown): unknown {
  try {
    return JSON.parse(JSON.stringify(value) ?? 'null') as unknown;
  } catch (fault) {
    throw new OwnFault(fault);
  }
}
