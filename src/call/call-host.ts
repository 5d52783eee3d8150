import type { HostRequest } from './host-request.js';
import type { JsonObject } from './json.js';

/** A question to the user of the client, in the form of MCP's elicitation. */
export interface Elicitation {
  /** What the user reads. */
  readonly message: string;
  /** The form to fill in: a flat object schema, as MCP restricts it. */
  readonly requestedSchema: JsonObject;
  /** Until when an answer counts, in milliseconds since 1970. */
  readonly decideBy: number;
  /** Aborted when nobody waits for the answer any more. */
  readonly signal: AbortSignal;
}

/** What the client's user answered. */
export interface ElicitationAnswer {
  readonly action: 'accept' | 'decline' | 'cancel';
  readonly content?: JsonObject | undefined;
}

/** Asks the client's user. Rejects where the client does not answer, or not as the protocol says. */
export type Elicit = (question: Elicitation) => Promise<ElicitationAnswer>;

/** What a door can do for a call that waits for a person. Each part is absent where the door cannot. */
export interface CallHost {
  /** True where the client is asked by the answer to its request, and answers with a request of its own. */
  readonly asksByResult?: boolean;
  /** The fingerprint of the tool's definition as the host has it at this moment. */
  fingerprint?(): string | Promise<string>;
  /** Tells the client that the call is still under way, if it asked for progress. */
  reportProgress?(message: string): Promise<void>;
  /**
   * A way to ask the client's user; undefined where this client cannot be asked.
   *
   * @param isSameCaller - Whether a request comes from whoever made the call: nobody else may bring the answer.
   */
  elicitor?(isSameCaller: (request: HostRequest) => boolean): Elicit | undefined;
}
