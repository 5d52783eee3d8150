import type { CallToolContext } from '../call/host-request.js';
import type { JsonObject } from '../call/json.js';
import { type JudgeAnswer, judgeLateAnswer, judgeLateError } from '../enforcement/late-answers.js';
import type { TaskCalls } from '../enforcement/task-calls.js';
import { type GovernedHost, looseContext } from './governed-host.js';
import type { RawRequest, RequestHandler } from './host-server.js';
import { toHostRequest } from './request-context.js';
import { throwInHostForm } from '../enforcement/rpc-errors.js';

/** Judges the answer to a request for tasks, be it a result or an error. */
export async function askTask(
  host: GovernedHost,
  tasks: TaskCalls,
  handler: RequestHandler,
  request: RawRequest,
  extra: JsonObject,
): Promise<unknown> {
  // Before the handler runs: it may remove a tool.
  const contexts = contextsOf(host, tasks, request, extra);
  const judge: JudgeAnswer = (context, said) => host.chain.taskResult(context, said);
  let result: unknown;
  try {
    result = await handler(request, extra);
  } catch (error) {
    throw await judgeLateError(contexts, error, judge).catch(throwInHostForm);
  }
  return judgeLateAnswer(contexts, result, judge).catch(throwInHostForm);
}

/**
 * The calls under whose settings an answer is judged: the one that started the task or, where nobody knows, those of
 * every tool of the server, one after the other. What one of them
 * lets through, the next may still redact or withhold.
 */
function contextsOf(
  host: GovernedHost,
  tasks: TaskCalls,
  request: RawRequest,
  extra: JsonObject,
): readonly CallToolContext[] {
  const loose = looseContext(host, toHostRequest(host.server, request, extra, host.authOf));
  const known = tasks.recall(loose.server, request.params?.['taskId']);
  if (known !== undefined) return [{ ...loose, tool: known.tool, definition: known.definition }];
  const tools = host.toolNames?.() ?? [];
  return [loose, ...tools.map((tool) => ({ ...loose, tool, definition: host.definitionOf(tool) }))];
}
