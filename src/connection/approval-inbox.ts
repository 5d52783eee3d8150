import type { ApprovalDecision, ApprovalRequest } from '../approval/approval.js';
import type { ApprovalState } from '../approval/approval-request.js';
import type { ApprovalPatch, ApprovalStore, Transition } from '../approval/approval-store.js';
import { CannotAskError } from '../approval/cannot-ask-error.js';
import type { Clock } from '../call/clock.js';
import { sleep } from '../pipeline/deadline.js';
import {
  type ApprovalInput,
  approvalInput,
  readApproval,
  requestApproval,
  useApproval,
  type WireApproval,
  withdrawApproval,
} from '../wire/approvals.js';
import { Backoff } from './backoff.js';
import { ConnectionFault } from './connection-fault.js';
import type { ControlplaneClient } from './controlplane-client.js';

/** What asking the inbox stands on. */
export interface ApprovalInboxOptions {
  readonly client: Pick<ControlplaneClient, 'ask'>;
  /** The same over connections of its own: each question holds one for as long as it waits. */
  readonly waiting: Pick<ControlplaneClient, 'ask'>;
  readonly clock: Clock;
  /** From 0 to 1. */
  readonly random?: (() => number) | undefined;
  /** Told of each attempt that failed. */
  readonly onFault: (fault: ConnectionFault) => void;
}

const TIMEOUT_MS = 10_000;
/** How long one request waits for an answer; then another one does. */
const WAIT_SECONDS = 25;
/** A question that could not be put so often is not put at all. */
const ATTEMPTS = 4;
const LEAST_MS = 1_000;
/** Fewer than there are connections to wait on. */
const MOST_WAITING = 200;
const WEEK_MS = 7 * 24 * 60 * 60 * 1000;

/** Asks people through the inbox of a controlplane. */
export class ApprovalInbox {
  readonly #options: ApprovalInboxOptions;
  /** Requests that the inbox knows: what becomes of them here is told there. */
  readonly #asked = new Set<string>();
  readonly #over = new AbortController();
  /** Questions that wait, and what is being told of questions that wait no more. */
  readonly #waiting = new Set<Promise<unknown>>();
  readonly #telling = new Set<Promise<unknown>>();

  constructor(options: ApprovalInboxOptions) {
    this.#options = options;
  }

  /**
   * Asks, and waits until somebody has decided or nobody waits any more; then the question is taken back.
   *
   * Nothing but a well-formed yes to this very question is one.
   *
   * @throws CannotAskError where the question cannot be put; whatever came where an answer is none.
   */
  readonly ask = async (given: ApprovalRequest): Promise<ApprovalDecision> => {
    if (this.#waiting.size >= MOST_WAITING) throw new CannotAskError('too many questions wait for people already');
    const asked = this.#ask({ ...given, signal: AbortSignal.any([given.signal, this.#over.signal]) });
    this.#waiting.add(asked);
    try {
      return await asked;
    } finally {
      this.#waiting.delete(asked);
    }
  };

  /** Takes back every question that waits; resolves once the inbox knows, or does not answer. Nobody can be asked any more. */
  async close(): Promise<void> {
    this.#over.abort(new CannotAskError('the door is closed'));
    await Promise.allSettled(this.#waiting);
    await Promise.allSettled(this.#telling);
  }

  async #ask(request: ApprovalRequest): Promise<ApprovalDecision> {
    const { signal, id } = request;
    const body = toInput(request);
    this.#asked.add(id);
    let settled = false;
    try {
      await this.#put(request, body);
      const answer = await this.#wait(request);
      settled = true;
      return toDecision(answer);
    } finally {
      if (!settled || signal.aborted) {
        this.#asked.delete(id);
        const telling = this.#tell(withdrawApproval, id).catch(() => undefined);
        this.#telling.add(telling);
        void telling.then(() => this.#telling.delete(telling));
      }
    }
  }

  /**
   * A store whose approvals are used up in the inbox, too, where they came from there.
   *
   * @param store - Keeps what becomes of requests here.
   */
  over(store: ApprovalStore): ApprovalStore {
    return {
      create: (record) => store.create(record),
      get: (id) => store.get(id),
      transition: async (id, from, to, patch) => this.#step(store, id, from, to, patch),
    };
  }

  async #step(
    store: ApprovalStore,
    id: string,
    from: ApprovalState,
    to: ApprovalState,
    patch: ApprovalPatch | undefined,
  ): Promise<Transition> {
    const step = await store.transition(id, from, to, patch);
    if (to === 'approved' || !this.#asked.delete(id) || !step.taken || to !== 'consumed') return step;
    // Where this fails the call does not run: nobody could say that the approval was not used before.
    const { state } = await this.#tell(useApproval, id, { binding: step.record.binding });
    if (state !== 'consumed') throw new ConnectionFault('unusable', 'the inbox does not say that the approval is used');
    return step;
  }

  async #put(request: ApprovalRequest, body: ApprovalInput): Promise<void> {
    const backoff = new Backoff(this.#options.random);
    for (let attempt = 1; ; attempt++) {
      try {
        const { signal } = request;
        this.#check(await this.#options.client.ask(requestApproval, { body, timeoutMs: TIMEOUT_MS, signal }), request);
        return;
      } catch (thrown) {
        const fault = this.#noted(thrown, request);
        if (fault.kind === 'declined') throw new CannotAskError('the controlplane does not take the question');
        if (fault.kind === 'unusable' || fault.kind === 'refused' || attempt === ATTEMPTS) {
          throw new CannotAskError(`the inbox of the controlplane cannot be asked: ${fault.message}`);
        }
        await sleep(backoff.next(fault), this.#options.clock, request.signal);
      }
    }
  }

  async #wait(request: ApprovalRequest): Promise<WireApproval> {
    const backoff = new Backoff(this.#options.random);
    for (;;) {
      try {
        const answer = await this.#options.waiting.ask(readApproval, {
          params: { id: request.id },
          query: { wait: WAIT_SECONDS },
          timeoutMs: WAIT_SECONDS * 1000 + TIMEOUT_MS,
          signal: request.signal,
        });
        this.#check(answer, request);
        if (answer.state !== 'pending') return answer;
        backoff.reset();
        // A service that does not wait is not to be asked without a pause.
        await sleep(100, this.#options.clock, request.signal);
      } catch (thrown) {
        const fault = this.#noted(thrown, request);
        if (fault.kind === 'declined' || fault.kind === 'unusable' || fault.kind === 'refused') throw fault;
        await sleep(backoff.next(fault), this.#options.clock, request.signal);
      }
    }
  }

  /** An answer to another question is none. */
  #check(answer: WireApproval, { id, binding }: ApprovalRequest): void {
    if (answer.id === id && answer.binding === binding) return;
    throw new ConnectionFault('unusable', 'the inbox answers another question', { code: 'other_request' });
  }

  #noted(thrown: unknown, { signal }: ApprovalRequest): ConnectionFault {
    if (signal.aborted || !(thrown instanceof ConnectionFault)) throw thrown;
    this.#options.onFault(thrown);
    return thrown;
  }

  #tell(endpoint: typeof useApproval | typeof withdrawApproval, id: string, body?: object): Promise<WireApproval> {
    return this.#options.client.ask(endpoint, { params: { id }, body, timeoutMs: TIMEOUT_MS });
  }
}

/** @throws CannotAskError for a question that the wire has no words for. */
function toInput(request: ApprovalRequest): ApprovalInput {
  const { principal, decideBy, requestedAt, useForMs } = request;
  const input = {
    id: request.id,
    binding: request.binding,
    server: request.server,
    tool: request.tool,
    arguments: request.arguments,
    principal: { agent: principal.agent, user: principal.user, self_declared: principal.selfDeclared },
    reason: request.reason.slice(0, 1000).replace(/(?![\t\n\r])[\p{Cc}\p{Cs}]/gu, '\ufffd'),
    rule_name: request.ruleName ?? null,
    policy_id: request.policyId ?? null,
    risk: request.risk ?? null,
    approvers: [...request.approvers],
    decide_within_ms: within(decideBy - requestedAt),
    use_within_ms: within(useForMs),
  };
  const checked = approvalInput.safeParse(input);
  if (checked.success) return checked.data;
  const at = checked.error.issues[0]?.path[0];
  throw new CannotAskError(`the inbox of the controlplane has no room for the question (${String(at)})`);
}

function within(ms: number): number {
  return Math.round(Math.min(Math.max(ms, LEAST_MS), WEEK_MS));
}

function toDecision({ state, decided_by }: WireApproval): ApprovalDecision {
  if (state === 'expired') return { approved: false, timedOut: true };
  const approver = decided_by ?? '';
  // Somebody must have said it: a yes of nobody is none.
  return { approved: state === 'approved' && approver !== '', approver };
}
