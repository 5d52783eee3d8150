import { GovernanceError } from '../errors/governance-error.js';
import { RateLimitError } from '../errors/policy-violation-error.js';

/** JSON-RPC 2.0: invalid method parameters. */
const INVALID_PARAMS = -32602;

/** The JSON-RPC code of a raised refusal, from the range that JSON-RPC 2.0 leaves to implementations. */
export const REFUSED = -32080;

/** A `tools/call` whose name is no string or whose arguments are no object. */
export class InvalidRequestError extends Error {
  readonly code = INVALID_PARAMS;

  constructor() {
    super('Invalid tools/call request: name must be a string and arguments an object.');
    this.name = 'InvalidRequestError';
  }
}

/** A raised refusal in the form that SDK servers turn into a JSON-RPC error. */
export class RefusedError extends Error {
  readonly code = REFUSED;
  readonly data: Readonly<Record<string, unknown>>;

  constructor(refusal: GovernanceError) {
    super(`Tool call blocked by policy: ${refusal.message}`, { cause: refusal });
    this.name = 'RefusedError';
    const seconds = refusal instanceof RateLimitError ? { retryAfterSeconds: refusal.retryAfterSeconds } : {};
    this.data = { code: refusal.code, ...seconds };
  }
}

/** Raised refusals reach the client as JSON-RPC errors. */
export function throwInHostForm(error: unknown): never {
  throw error instanceof GovernanceError ? new RefusedError(error) : error;
}
