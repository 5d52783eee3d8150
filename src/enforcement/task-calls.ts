import type { CallToolContext } from '../call/host-request.js';
import { isJsonObject } from '../call/json.js';
import type { ToolDefinition } from '../call/tool-call.js';

const MAX_TASKS = 10_000;

/** What of a call decides how its late result is judged. */
export interface TaskCall {
  readonly tool: string;
  readonly definition: ToolDefinition | undefined;
}

/**
 * Which tool started which task, so that a late result is judged by its settings; the newest 10,000.
 *
 * One for the whole process: over HTTP, servers are often made for one request each, and another of the same name is
 * asked for the result. An id that two different calls were given is as good as unknown.
 */
export class TaskCalls {
  readonly #calls = new Map<string, TaskCall | undefined>();

  /** Remembers the call, if what it answered is a task. */
  remember(result: unknown, { server, tool, definition }: CallToolContext): void {
    const task = isJsonObject(result) ? result['task'] : undefined;
    const id = isJsonObject(task) ? task['taskId'] : undefined;
    if (typeof id !== 'string') return;
    const key = keyOf(server, id);
    const known = this.#calls.get(key);
    const same = known?.tool === tool && known.definition === definition;
    if (this.#calls.has(key)) {
      if (!same) this.#calls.set(key, undefined);
      return;
    }
    if (this.#calls.size >= MAX_TASKS) {
      const [oldest] = this.#calls.keys();
      if (oldest !== undefined) this.#calls.delete(oldest);
    }
    this.#calls.set(key, { tool, definition });
  }

  /** The call that started a task; undefined where nobody knows. */
  recall(server: string, taskId: unknown): TaskCall | undefined {
    return typeof taskId === 'string' ? this.#calls.get(keyOf(server, taskId)) : undefined;
  }
}

function keyOf(server: string, id: string): string {
  return JSON.stringify([server, id]);
}
