import type { CallToolContext } from '../call/host-request.js';
import { isJsonObject, type JsonObject } from '../call/json.js';
import { REFUSAL_META } from '../enforcement/refusal-result.js';
import { type GovernedHost, looseContext } from './governed-host.js';
import type { RawRequest, RequestHandler } from './host-server.js';
import { toHostRequest } from './request-context.js';
import { throwInHostForm, JudgedError } from './rpc-errors.js';
import type { TaskCalls } from './task-calls.js';

/** Requests whose answers tell what became of calls that were answered with a task. */
export const TASK_METHODS = ['tasks/result', 'tasks/get', 'tasks/list', 'tasks/cancel'];

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
  let result: unknown;
  try {
    result = await handler(request, extra);
  } catch (error) {
    throw await judgeError(host, contexts, error).catch(throwInHostForm);
  }
  return judge(host, contexts, result).catch(throwInHostForm);
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
  const known = tasks.recall(loose.server, request);
  if (known !== undefined) return [{ ...loose, tool: known.tool, definition: known.definition }];
  const tools = host.toolNames?.() ?? [];
  return [loose, ...tools.map((tool) => ({ ...loose, tool, definition: host.definitionOf(tool) }))];
}

async function judge({ chain }: GovernedHost, contexts: readonly CallToolContext[], said: unknown): Promise<unknown> {
  let passing = said;
  for (const context of contexts) {
    // Of what another tool's settings redacted, this one's would not know that they withhold it.
    const alone = await chain.taskResult(context, said);
    if (alone === said) continue;
    if (isRefusal(alone) && !isRefusal(said)) return alone;
    passing = passing === said ? alone : await chain.taskResult(context, passing);
  }
  return passing;
}

function isRefusal(answer: unknown): boolean {
  const meta = isJsonObject(answer) ? answer['_meta'] : undefined;
  return isJsonObject(meta) && REFUSAL_META in meta;
}

/** The error as it may leave: what the SDK sends of it is its code, its message and its data. */
async function judgeError(host: GovernedHost, contexts: readonly CallToolContext[], error: unknown): Promise<unknown> {
  const { code, message, data } = Object(error) as { code?: unknown; message?: unknown; data?: unknown };
  const said = data === undefined ? { message } : { message, data };
  const passed = await judge(host, contexts, said);
  if (passed === said) return error;
  // A refusal has the form of a result, which is no error of JSON-RPC.
  if (!isJsonObject(passed) || typeof passed['message'] !== 'string') return new JudgedError(code);
  return new JudgedError(code, passed['message'], passed['data']);
}
