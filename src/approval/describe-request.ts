import type { PolicyViolationError } from '../errors/policy-violation-error.js';
import type { ApprovalRequest } from './approval.js';
import { CannotAskError } from './cannot-ask-error.js';
import { extractBlockMetadata } from './extract-block-metadata.js';
import { visibleText, wrapText } from '../call/visible-text.js';

/** More than anybody reads; nobody is to approve what was cut off. */
const MAX_CHARACTERS = 16_384;
const WIDTH = 72;

/**
 * What an approver reads about a request, line by line: the arguments are all there, and nothing in them can pass for
 * another line.
 *
 * @throws CannotAskError where the arguments are longer than a person can be shown (16,384 characters).
 */
export function describeRequest(error: PolicyViolationError, request: ApprovalRequest): readonly string[] {
  const { reason, actionType } = extractBlockMetadata(error);
  const { agent, user } = request.principal;
  const operation = request.tool === '' ? actionType : request.tool;
  const minutes = Math.round((request.decideBy - request.requestedAt) / 6000) / 10;
  return [
    '!! BLOCKED BY APPROVAL POLICY',
    ...field('Reason', reason),
    ...field('Operation', operation),
    ...field('Server', request.server),
    ...field('Asked by', [agent, user].filter((name) => name !== '').join(' for ')),
    ...describeArguments(request.arguments),
    ...field('Approvers', request.approvers.join(', ')),
    ...field('Timeout', `${minutes} min`),
  ];
}

function describeArguments(args: ApprovalRequest['arguments']): readonly string[] {
  const text = JSON.stringify(args, null, 2);
  if (text.length > MAX_CHARACTERS) throw new CannotAskError('the arguments are too long to be shown to a person');
  return ['Arguments:', ...text.split('\n').flatMap((line) => wrapText(visibleText(line), WIDTH).map(indented))];
}

/** A name and a value; nothing where there is no value. */
function field(name: string, value: string): readonly string[] {
  if (value === '') return [];
  const [first = '', ...rest] = wrapText(visibleText(value), WIDTH);
  return [`${name}: ${first}`, ...rest.map(indented)];
}

function indented(line: string): string {
  return `  | ${line}`;
}
