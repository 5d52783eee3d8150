import { createInterface } from 'node:readline';
import type { PolicyViolationError } from '../../errors/policy-violation-error.js';
import type { ApprovalDecision, ApprovalRequest } from '../approval.js';
import { describeRequest } from '../describe-request.js';
import { openTerminal, type Terminal } from './terminal.js';

/** The one who is asked now: a terminal can put one question at a time. */
let turn: Promise<unknown> = Promise.resolve();

/**
 * Asks whoever sits at the terminal this process was started from: `y` or `yes` approves; anything else, Ctrl-C and the
 * end of input deny. Who sits there is not known, so the record names no approver.
 *
 * Several calls are asked about one after the other, and each has its own deadline all the while.
 *
 * @throws CannotAskError where there is no terminal, or the arguments are too long to be shown.
 */
export function promptApproval(error: PolicyViolationError, request: ApprovalRequest): Promise<ApprovalDecision> {
  const asked = turn.then(() => ask(error, request));
  turn = asked.catch(() => undefined);
  return asked;
}

async function ask(error: PolicyViolationError, request: ApprovalRequest): Promise<ApprovalDecision> {
  if (request.signal.aborted) return { approved: false, timedOut: true };
  const lines = describeRequest(error, request);
  const terminal = openTerminal();
  try {
    terminal.output.write(`\n${lines.join('\n')}\n`);
    const answer = await readAnswer(terminal, request.signal);
    if (answer === undefined) terminal.output.write('\nDenied.\n');
    return { approved: /^\s*y(es)?\s*$/i.test(answer ?? '') };
  } finally {
    terminal.close();
  }
}

/** One line; undefined for Ctrl-C, the end of input, and where nobody waits any more. */
function readAnswer({ input, output }: Terminal, signal: AbortSignal): Promise<string | undefined> {
  // As a terminal, so that Ctrl-C is an answer to the question and not the end of this process.
  const reader = createInterface({ input, output, terminal: true, historySize: 0 });
  return new Promise<string | undefined>((resolve) => {
    const refuse = (): void => {
      resolve(undefined);
    };
    signal.addEventListener('abort', refuse, { once: true });
    reader.once('SIGINT', refuse);
    reader.once('close', refuse);
    input.once('error', refuse);
    reader.question('Approve this operation? (y/n): ', resolve);
  }).finally(() => {
    reader.close();
  });
}
