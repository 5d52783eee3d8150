/** How asking a person ended. */
export interface ApprovalOutcome {
  readonly status: 'approved' | 'denied' | 'timeout';
  /** Who answered; empty where unknown. */
  readonly approver: string;
  readonly elapsedMs: number;
}
