import type { Action, Risk } from '../call/action.js';
import type { Code } from './codes.js';
import { GovernanceError } from './governance-error.js';

const BRAND = Symbol.for('mcp-governance.policy-violation');

/** What a policy said of a refused call. */
export interface PolicyResult {
  readonly action: Action;
  /** The tool that was called. */
  readonly tool?: string;
  readonly reason: string;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly ruleName: string | undefined;
  readonly policyId: string | undefined;
  readonly revision: string | undefined;
  readonly risk: Risk | undefined;
  /** Who may approve; empty where anybody may. */
  readonly approvers: readonly string[];
  readonly timeoutMinutes: number | undefined;
}

/**
 * An intended refusal: the call was judged and may not run, or its result may not leave.
 *
 * Never subject to `failOpen`. Its text says what was refused, by which rule, and what to do; it holds no argument.
 */
export class PolicyViolationError extends GovernanceError {
  /** What the policy said; undefined where the scanner or a limit refused. */
  readonly policyResult: PolicyResult | undefined;

  constructor(code: Code, message: string, policyResult?: PolicyResult) {
    super(code, message);
    this.policyResult = policyResult;
    Object.defineProperty(this, BRAND, { value: true });
  }
}

/** A rate limit is used up. */
export class RateLimitError extends PolicyViolationError {
  /** Whole seconds until a call can be admitted again; at least 1. */
  readonly retryAfterSeconds: number;

  constructor(message: string, retryAfterSeconds: number) {
    super('rate_limited', message);
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** Arguments, a result or the definition of the tool hold something whose type is blocked. */
export class PiiError extends PolicyViolationError {
  /** The types found, without repeats. */
  readonly types: readonly string[];

  constructor(code: 'pii_input' | 'pii_output' | 'hostile_definition', message: string, types: readonly string[]) {
    super(code, message);
    this.types = types;
  }
}

/** Arguments or a result are larger, deeper or have more keys than permitted. */
export class LimitError extends PolicyViolationError {}

/** An approver, or a faulty approval handler, said no. */
export class ApprovalDeniedError extends PolicyViolationError {
  constructor(message: string, policyResult: PolicyResult | undefined) {
    super('approval_denied', message, policyResult);
  }
}

/** Nobody decided in time. */
export class ApprovalTimeoutError extends PolicyViolationError {
  constructor(message: string, policyResult: PolicyResult | undefined) {
    super('approval_timeout', message, policyResult);
  }
}

/** The caller cancelled before the tool ran. */
export class CancelledError extends PolicyViolationError {
  constructor(message: string) {
    super('cancelled', message);
  }
}

/** True for a `PolicyViolationError` of this or of another realm or copy of the package, where `instanceof` fails. */
export function isPolicyViolation(error: unknown): error is PolicyViolationError {
  return typeof error === 'object' && error !== null && (error as Record<symbol, unknown>)[BRAND] === true;
}
