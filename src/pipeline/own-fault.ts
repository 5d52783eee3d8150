/**
 * A fault of our own judging, not of a decision point or scanner that was asked.
 *
 * What was asked may be missing, and `failOpen` says what then; but an answer that came and could not be worked with
 * must never pass as no answer.
 */
export class OwnFault extends Error {
  constructor(cause: unknown) {
    super('judging failed', { cause });
    this.name = 'OwnFault';
  }
}
