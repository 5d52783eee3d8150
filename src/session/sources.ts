import type { CallNotification, CallToolContext } from '../call/host-request.js';
import { isJsonObject, type JsonObject } from '../call/json.js';

/** The call that what a server sends says it belongs to; `looseOf` gives what stands for a task's call, or for none. */
export function sourceOf(
  { method, params = {} }: CallNotification,
  running: readonly CallToolContext[],
  looseOf: (taskId: unknown) => CallToolContext,
): CallToolContext {
  const loose = looseOf(params['taskId'] ?? relatedTask(params));
  if (loose.tool !== '') return loose;
  if (method !== 'notifications/progress') return running.length === 1 ? (running[0] as CallToolContext) : loose;
  const token = params['progressToken'];
  const isIts = ({ request: { meta } }: CallToolContext): boolean => {
    const own = meta?.['progressToken'];
    return own !== undefined && (own === token || own === Number(token));
  };
  return running.find(isIts) ?? loose;
}

function relatedTask({ _meta: meta }: JsonObject): unknown {
  const related = isJsonObject(meta) ? meta['io.modelcontextprotocol/related-task'] : undefined;
  return isJsonObject(related) ? related['taskId'] : undefined;
}
