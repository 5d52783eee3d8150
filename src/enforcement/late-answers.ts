import type { CallToolContext } from '../call/host-request.js';
import { isJsonObject } from '../call/json.js';
import { REFUSAL_META } from './refusal-result.js';

/** Requests whose answers tell what became of calls that were answered with a task. */
export const TASK_METHODS = ['tasks/result', 'tasks/get', 'tasks/list', 'tasks/cancel'];

/** Judges an answer under the settings of one call. */
export type JudgeAnswer = (context: CallToolContext, said: unknown) => Promise<unknown>;

/** What may pass of a JSON-RPC error: its code, and what was judged of the rest. */
export class JudgedError extends Error {
  readonly code: unknown;
  readonly data: unknown;

  constructor(code: unknown, message = 'Withheld by policy.', data?: unknown) {
    super(message);
    this.name = 'JudgedError';
    this.code = code;
    this.data = data;
  }
}

/**
 * Judges the answer to a request for tasks under each of the calls that it may belong to, one after the other: what one
 * of them lets through, the next may still redact or withhold.
 */
export async function judgeLateAnswer(
  contexts: readonly CallToolContext[],
  said: unknown,
  judge: JudgeAnswer,
): Promise<unknown> {
  let passing = said;
  for (const context of contexts) {
    // Of what another tool's settings redacted, this one's would not know that they withhold it.
    const alone = await judge(context, said);
    if (alone === said) continue;
    if (isRefusal(alone) && !isRefusal(said)) return alone;
    passing = passing === said ? alone : await judge(context, passing);
  }
  return passing;
}

function isRefusal(answer: unknown): boolean {
  const meta = isJsonObject(answer) ? answer['_meta'] : undefined;
  return isJsonObject(meta) && REFUSAL_META in meta;
}

/** The error as it may pass: what is sent of it is its code, its message and its data. */
export async function judgeLateError(
  contexts: readonly CallToolContext[],
  error: unknown,
  judge: JudgeAnswer,
): Promise<unknown> {
  const { code, message, data } = Object(error) as { code?: unknown; message?: unknown; data?: unknown };
  const said = data === undefined ? { message } : { message, data };
  const passed = await judgeLateAnswer(contexts, said, judge);
  if (passed === said) return error;
  // A refusal has the form of a result, which is no error of JSON-RPC.
  if (!isJsonObject(passed) || typeof passed['message'] !== 'string') return new JudgedError(code);
  return new JudgedError(code, passed['message'], passed['data']);
}
