/**
 * A handler has nobody to ask: no terminal, a client without elicitation.
 *
 * `firstOf` then asks the next handler. Where there is none the call is refused, and the text says why.
 */
export class CannotAskError extends Error {
  readonly code = 'cannot_ask';

  /** @param reason - Why not, for people; it reaches the caller, so it must hold no argument. */
  constructor(reason: string) {
    super(reason);
    this.name = 'CannotAskError';
  }
}
