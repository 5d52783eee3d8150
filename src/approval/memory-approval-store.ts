import { type ApprovalRecord, type ApprovalState, canFollow, isFinalState } from './approval-request.js';
import type { ApprovalPatch, ApprovalStore, Transition } from './approval-store.js';

/** What a memory store may hold. */
export interface MemoryApprovalStoreOptions {
  /** Most requests that are still open; one more is refused. Default 1,000. */
  readonly maxOpen?: number;
  /** Most settled requests that are kept; then the oldest goes. Default 1,000. */
  readonly maxSettled?: number;
}

/** Keeps approval requests in this process. */
export class MemoryApprovalStore implements ApprovalStore {
  readonly #open = new Map<string, ApprovalRecord>();
  readonly #settled = new Map<string, ApprovalRecord>();
  readonly #maxOpen: number;
  readonly #maxSettled: number;

  constructor({ maxOpen = 1000, maxSettled = 1000 }: MemoryApprovalStoreOptions = {}) {
    this.#maxOpen = maxOpen;
    this.#maxSettled = maxSettled;
  }

  /** Keeps a new request; rejects where its id is taken, and where too many are open. */
  create(record: ApprovalRecord): Promise<void> {
    if (this.#find(record.id) !== undefined) return Promise.reject(new Error(`approval ${record.id} is there already`));
    if (this.#open.size >= this.#maxOpen) {
      return Promise.reject(new Error(`${this.#maxOpen} approvals are open already`));
    }
    this.#keep(record);
    return Promise.resolve();
  }

  /** The request of this id; undefined where there is none, or none any more. */
  get(id: string): Promise<ApprovalRecord | undefined> {
    return Promise.resolve(this.#find(id));
  }

  /** Takes a step; of any number who try at once, the first does. */
  transition(id: string, from: ApprovalState, to: ApprovalState, patch: ApprovalPatch = {}): Promise<Transition> {
    if (!canFollow(from, to)) return Promise.reject(new Error(`an approval cannot go from ${from} to ${to}`));
    const before = this.#find(id);
    if (before?.state !== from) return Promise.resolve({ taken: false, record: before });
    const record = Object.freeze({ ...before, ...patch, state: to });
    this.#keep(record);
    return Promise.resolve({ taken: true, record });
  }

  #find(id: string): ApprovalRecord | undefined {
    return this.#open.get(id) ?? this.#settled.get(id);
  }

  #keep(record: ApprovalRecord): void {
    if (!isFinalState(record.state)) {
      this.#open.set(record.id, record);
      return;
    }
    this.#open.delete(record.id);
    // Nobody is shown the arguments any more, and they may be large.
    this.#settled.set(record.id, Object.freeze({ ...record, arguments: {} }));
    const [oldest] = this.#settled.keys();
    if (this.#settled.size > this.#maxSettled && oldest !== undefined) this.#settled.delete(oldest);
  }
}
