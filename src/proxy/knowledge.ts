import { isJsonObject } from '../call/json.js';
import { TaskCalls } from '../enforcement/task-calls.js';
import { ListedTools } from '../session/listed-tools.js';
import { readServerName } from '../session/server-name.js';
import type { KnownServer, ServerSaid } from '../session/session.js';

/** What is known of one upstream server, by all sessions with it. */
export class UpstreamKnowledge implements KnownServer {
  readonly listed = new ListedTools();
  readonly tasks = new TaskCalls();
  #name = '';
  #said: ServerSaid | undefined;

  /** The name that the server gave itself; empty where none is known. */
  name(): string {
    return this.#name;
  }

  /** {@inheritDoc KnownServer.said} */
  said(): ServerSaid | undefined {
    return this.#said;
  }

  /** Takes what the server said of itself when a session began. */
  note(result: unknown): void {
    if (!isJsonObject(result)) return;
    const { serverInfo, instructions } = result;
    if (isJsonObject(serverInfo)) this.#name = readServerName(serverInfo['name']);
    this.#said = { instructions: typeof instructions === 'string' ? instructions : undefined };
  }
}
