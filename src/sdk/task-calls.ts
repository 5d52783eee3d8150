import type { CallToolContext } from '../call/host-request.js';
import { isJsonObject } from '../call/json.js';
import type { RawRequest } from './host-server.js';

const MAX_TASKS = 10_000;

/** Which call started which task, so that a late result is judged by the settings of its tool; the newest 10,000. */
export class TaskCalls {
  readonly #calls = new Map<string, CallToolContext>();

  /** Remembers the call, if what it answered is a task. */
  remember(result: unknown, context: CallToolContext): void {
    const task = isJsonObject(result) ? result['task'] : undefined;
    const id = isJsonObject(task) ? task['taskId'] : undefined;
    if (typeof id !== 'string') return;
    if (this.#calls.size >= MAX_TASKS) {
      const [oldest] = this.#calls.keys();
      if (oldest !== undefined) this.#calls.delete(oldest);
    }
    // The finished call's arguments and signal are of no use any more.
    this.#calls.set(id, { ...context, arguments: {}, request: { ...context.request, signal: undefined } });
  }

  /** The call that started the task which a request asks for. */
  recall(request: RawRequest): CallToolContext | undefined {
    const id = request.params?.['taskId'];
    return typeof id === 'string' ? this.#calls.get(id) : undefined;
  }
}
