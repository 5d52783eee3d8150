import { randomUUID } from 'node:crypto';
import { CannotAskError } from '../approval/cannot-ask-error.js';
import { toElicitationAnswer } from '../approval/read-elicitation.js';
import { looksSealed, openState, sealState } from '../approval/sealed-state.js';
import type { CallHost, Elicit, Elicitation, ElicitationAnswer } from '../call/call-host.js';
import { canonicalJson } from '../call/canonical-json.js';
import type { HostRequest } from '../call/host-request.js';
import { isJsonObject, type JsonObject } from '../call/json.js';
import { asksByResult, type CallLeg, canElicit, elicitByRequest, fingerprintOf, sendProgress } from './call-leg.js';

/** The name of our question among those of a result. */
const QUESTION = 'mcp-governance/approval';
const MOST_SUSPENDED = 10_000;

/** How small a step of progress is: a tool's own begins at 0 or 1, and progress may only ever grow. */
const PROGRESS_STEP = 1e-9;

/** A call whose client was asked something, and has to call again with the answer. */
interface Suspended {
  readonly isSameCaller: (request: HostRequest) => boolean;
  readonly goOn: (leg: CallLeg, answer: ElicitationAnswer) => Promise<unknown>;
}

/** Of all servers of the process: over HTTP each request may meet another one of the same name. */
const suspended = new Map<string, Suspended>();

/**
 * Goes on with a call whose client was asked something and now brings the answer.
 *
 * What was sealed opens for the same tool and the same arguments alone, and only whoever made the call may bring it. All
 * else is a call like any other, and judged from the beginning: nothing can be won by a state that was made up.
 *
 * @returns What answers the request; undefined where it is a call of its own.
 */
export function resumeCall(leg: CallLeg, args: JsonObject, request: HostRequest): Promise<unknown> | undefined {
  const modern = leg.extra['mcpReq'];
  if (!isJsonObject(modern)) return undefined;
  const state = (modern['requestState'] as (() => unknown) | undefined)?.();
  if (!looksSealed(state)) return undefined;
  const { inputResponses } = modern;
  modern['requestState'] = () => undefined;
  modern['inputResponses'] = undefined;
  const id = openFor(state, leg, args);
  const call = id === undefined ? undefined : suspended.get(id);
  if (call === undefined || !call.isSameCaller(request)) return undefined;
  return call.goOn(leg, toElicitationAnswer(isJsonObject(inputResponses) ? inputResponses[QUESTION] : undefined));
}

/** The id that was sealed; undefined also for arguments so deep that nobody was asked about them: nothing has weighed them. */
function openFor(state: string, leg: CallLeg, args: JsonObject): string | undefined {
  try {
    return openState(state, boundTo(leg, args));
  } catch {
    return undefined;
  }
}

function boundTo({ host, request }: CallLeg, args: JsonObject): string {
  return canonicalJson([host.server._serverInfo?.name, request.params?.['name'], args]);
}

/** How a request is answered. */
interface Reply {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * One call over all its requests: what it is answered with goes to the one that waits, and what the tool sends, too.
 *
 * On protocol 2026-07-28 a question is the answer of one request, and the next one brings what the user said; the call
 * itself goes on all the while, so that it is judged, counted and recorded once.
 */
export class CallLegs implements CallHost {
  #leg: CallLeg;
  readonly #args: JsonObject;
  readonly #tool: string;
  /** Undefined where the call ends with its request. */
  readonly #over: AbortController | undefined;
  #reply: Reply | undefined;
  #onAbort: (() => void) | undefined;
  readonly reportProgress: CallHost['reportProgress'];

  constructor(leg: CallLeg, tool: string, args: JsonObject, { meta }: HostRequest) {
    this.#leg = leg;
    this.#tool = tool;
    this.#args = args;
    const progressToken = meta?.['progressToken'];
    if (progressToken !== undefined) this.reportProgress = this.#progressOf(progressToken);
    if (asksByResult(leg) && canElicit(leg)) {
      this.#over = new AbortController();
      this.#follow(leg);
    }
  }

  /** {@inheritDoc CallHost.asksByResult} */
  get asksByResult(): boolean {
    return this.#over !== undefined;
  }

  /** The request that is under way. */
  get leg(): CallLeg {
    return this.#leg;
  }

  /** The request as middlewares see it: cancelled only where nobody can bring an answer any more. */
  lasting(request: HostRequest): HostRequest {
    return this.#over === undefined ? request : { ...request, signal: this.#over.signal };
  }

  /** What answers the first request of the call. */
  answer(called: Promise<unknown>): Promise<unknown> {
    if (this.#over === undefined) return called;
    const first = this.#nextReply();
    called.then(
      (value) => this.#reply?.resolve(value),
      (error: unknown) => this.#reply?.reject(error),
    );
    return first;
  }

  /** How the host lists the tool at this moment. */
  fingerprint(): Promise<string> {
    return fingerprintOf(this.#leg, this.#tool);
  }

  /** A way to ask the client's user; undefined where the client declares none. */
  elicitor(isSameCaller: Suspended['isSameCaller']): Elicit | undefined {
    if (!canElicit(this.#leg)) return undefined;
    if (this.#over === undefined) return (question) => elicitByRequest(this.#leg, question);
    return (question) => this.#suspend(question, isSameCaller);
  }

  /** Answers the request with the question, and waits until another one brings the answer. */
  #suspend(question: Elicitation, isSameCaller: Suspended['isSameCaller']): Promise<ElicitationAnswer> {
    const reply = this.#reply;
    if (reply === undefined) return Promise.reject(new CannotAskError('no request of the client is open'));
    if (suspended.size >= MOST_SUSPENDED) return Promise.reject(new CannotAskError('too many calls wait for answers'));
    const id = randomUUID();
    const { message, requestedSchema, signal } = question;
    return new Promise((resolve, reject) => {
      const stop = (): void => {
        suspended.delete(id);
        reject(new Error('nobody waits for the answer any more'));
      };
      const goOn = (leg: CallLeg, answer: ElicitationAnswer): Promise<unknown> => {
        suspended.delete(id);
        signal.removeEventListener('abort', stop);
        this.#goOnWith(leg);
        resolve(answer);
        return this.#nextReply();
      };
      signal.addEventListener('abort', stop, { once: true });
      suspended.set(id, { isSameCaller, goOn });
      this.#reply = undefined;
      this.#unfollow();
      reply.resolve({
        resultType: 'input_required',
        inputRequests: {
          [QUESTION]: { method: 'elicitation/create', params: { mode: 'form', message, requestedSchema } },
        },
        requestState: sealState(id, boundTo(this.#leg, this.#args)),
      });
    });
  }

  /** The tool is to see what it would have seen: its own state and answers, not ours. */
  #goOnWith(leg: CallLeg): void {
    const [before, now] = [this.#leg.extra['mcpReq'], leg.extra['mcpReq']];
    if (isJsonObject(before) && isJsonObject(now)) {
      now['requestState'] = before['requestState'];
      now['inputResponses'] = before['inputResponses'];
    }
    this.#leg = leg;
    this.#follow(leg);
  }

  #nextReply(): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.#reply = { resolve, reject };
    });
  }

  #follow(leg: CallLeg): void {
    const signal = signalOf(leg);
    this.#onAbort = () => {
      this.#over?.abort(signal?.reason);
    };
    if (signal?.aborted === true) this.#onAbort();
    else signal?.addEventListener('abort', this.#onAbort, { once: true });
  }

  #unfollow(): void {
    if (this.#onAbort !== undefined) signalOf(this.#leg)?.removeEventListener('abort', this.#onAbort);
  }

  #progressOf(progressToken: unknown): NonNullable<CallHost['reportProgress']> {
    let progress = 0;
    return async (message) => {
      progress += PROGRESS_STEP;
      // Between two requests there is nobody to tell.
      if (this.#over === undefined || this.#reply !== undefined) {
        await sendProgress(this.#leg, { progressToken, progress, message });
      }
    };
  }
}

function signalOf({ extra }: CallLeg): AbortSignal | undefined {
  const modern = extra['mcpReq'];
  return (isJsonObject(modern) ? modern['signal'] : undefined) as AbortSignal | undefined;
}
