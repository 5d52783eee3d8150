import type { ApprovalRecord, ApprovalState } from './approval-request.js';

/** What a step writes besides the state. */
export type ApprovalPatch = Partial<Pick<ApprovalRecord, 'approver' | 'settledAt' | 'useBy'>>;

/** What came of a step. */
export type Transition =
  /** It was taken; the record as it is now. */
  | { readonly taken: true; readonly record: ApprovalRecord }
  /** Somebody was first: the record as they left it; undefined for an id that nobody knows. */
  | { readonly taken: false; readonly record: ApprovalRecord | undefined };

/**
 * Keeps approval requests.
 *
 * A store only keeps: whether somebody may decide, in time, is the caller's to ask. A rejection is a failure, and a call
 * that waits for the answer is then refused.
 */
export interface ApprovalStore {
  /** Keeps a new request. Rejects where its id is taken. */
  create(record: ApprovalRecord): Promise<void>;
  /** The request of this id; undefined where there is none (any more). */
  get(id: string): Promise<ApprovalRecord | undefined>;
  /**
   * Takes a step, atomically: of any number who try at once to leave a state, in whatever process, exactly one does.
   *
   * Rejects for a step that `canFollow` does not know.
   */
  transition(id: string, from: ApprovalState, to: ApprovalState, patch?: ApprovalPatch): Promise<Transition>;
}
