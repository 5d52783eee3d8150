import type { JsonObject } from '../../call/json.js';
import { WIRE_ERRORS, type WireErrorCode } from '../../wire/error.js';

/** A request that is answered with an error. Its text goes to whoever asked: it quotes no value of the request. */
export class Problem extends Error {
  readonly code: WireErrorCode;
  /** More members of the body. */
  readonly details: JsonObject;

  constructor(code: WireErrorCode, message: string = WIRE_ERRORS[code].meaning, details: JsonObject = {}) {
    super(message);
    this.name = 'Problem';
    this.code = code;
    this.details = details;
  }

  /** The status of HTTP. */
  get status(): number {
    return WIRE_ERRORS[this.code].status;
  }
}

/** The problem of something that is not there. */
export function notFound(what: string): Problem {
  return new Problem('not_found', `There is no ${what} of this name.`);
}
