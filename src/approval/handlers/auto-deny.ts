import type { ApprovalHandler } from '../approval.js';

/** Denies everything: for tests of what becomes of a denied call. The record says that `auto_deny` did. */
export const autoDeny: ApprovalHandler = () => ({ approved: false, approver: 'auto_deny' });
