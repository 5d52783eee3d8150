import { expect, test } from '@jest/globals';
import type { ApprovalHandler } from '../../../src/approval/approval.js';
import { CannotAskError } from '../../../src/approval/cannot-ask-error.js';
import { autoApprove } from '../../../src/approval/handlers/auto-approve.js';
import { autoDeny } from '../../../src/approval/handlers/auto-deny.js';
import { elicitApproval } from '../../../src/approval/handlers/elicit-approval.js';
import { firstOf } from '../../../src/approval/handlers/first-of.js';
import { ConfigError } from '../../../src/errors/config-error.js';
import { approvalRequest, REFUSAL } from '../support.js';

const nobody: ApprovalHandler = () => {
  throw new CannotAskError('nobody there');
};
const ask = (...handlers: ApprovalHandler[]) => firstOf(...handlers)(REFUSAL, approvalRequest());

test('asks the next one where somebody cannot be asked, and stops at the first answer', async () => {
  expect(await ask(nobody, autoDeny, autoApprove)).toEqual({ approved: false, approver: 'auto_deny' });
  expect(await ask(elicitApproval, autoApprove)).toEqual({ approved: true, approver: 'auto_approve' });
});

test('says why nobody could be asked', async () => {
  await expect(ask(nobody, elicitApproval)).rejects.toThrow(
    new CannotAskError('nobody there; the client cannot ask its user (it declares no elicitation)'),
  );
});

test('a fault is no reason to ask somebody else', async () => {
  const broken: ApprovalHandler = () => Promise.reject(new Error('broken'));
  await expect(ask(broken, autoApprove)).rejects.toThrow('broken');
});

test('takes functions alone, and at least one', () => {
  expect(() => firstOf()).toThrow(ConfigError);
  expect(() => firstOf({} as never)).toThrow(ConfigError);
});
