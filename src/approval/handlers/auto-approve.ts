import type { ApprovalHandler } from '../approval.js';

/** Approves everything: for tests and trial runs. The record says that `auto_approve` did. */
export const autoApprove: ApprovalHandler = () => ({ approved: true, approver: 'auto_approve' });
