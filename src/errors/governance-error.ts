import type { Code } from './codes.js';

/** What all errors of this package have in common: a stable `code`. */
export class GovernanceError extends Error {
  /** The stable code; see the table of errors. */
  readonly code: Code;

  constructor(code: Code, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
    this.code = code;
  }
}
