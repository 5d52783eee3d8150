import { isJsonObject } from '../call/json.js';
import { type ApprovalDecision, REMEMBER } from './approval.js';

/** An approver's answer, complete. */
export interface ReadDecision {
  readonly status: 'approved' | 'denied' | 'timeout';
  readonly approver: string;
  /** Undefined where the handler named none. */
  readonly elapsedMs: number | undefined;
  readonly remember: ApprovalDecision['remember'];
}

/**
 * Reads what a handler answered; undefined for anything that is no `ApprovalDecision`.
 *
 * Each member is read once: a getter cannot answer one thing to the check and another to the use.
 */
export function readDecision(answer: unknown): ReadDecision | undefined {
  if (!isJsonObject(answer)) return undefined;
  const { approved, approver = '', timedOut = false, elapsedSeconds, remember } = answer;
  if (typeof approved !== 'boolean' || !isName(approver) || !isRemember(remember)) return undefined;
  const elapsedMs = typeof elapsedSeconds === 'number' && elapsedSeconds >= 0 ? elapsedSeconds * 1000 : undefined;
  const status = timedOut !== false ? 'timeout' : approved ? 'approved' : 'denied';
  return { status, approver, elapsedMs, remember };
}

/** The name ends up in errors, spans and records. */
function isName(name: unknown): name is string {
  return typeof name === 'string' && name.length <= 256 && !/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(name);
}

function isRemember(value: unknown): value is ApprovalDecision['remember'] {
  return value === undefined || (REMEMBER as readonly unknown[]).includes(value);
}
