import type { CallHost } from '../call/call-host.js';
import { definitionFingerprint } from '../call/definition-fingerprint.js';
import type { ListedTool } from '../call/host-request.js';
import { isJsonObject, type JsonObject } from '../call/json.js';
import type { ToolDefinition } from '../call/tool-call.js';
import { JudgedError } from '../enforcement/late-answers.js';

const INVALID_ANSWER = -32603;

/** What the tools of a server said of themselves in the last list of them. */
export class ListedTools {
  readonly #tools = new Map<string, ListedTool>();
  readonly #definitions = new Map<string, ToolDefinition>();

  /** What is known of every tool, by its name. */
  get definitions(): ReadonlyMap<string, ToolDefinition> {
    return this.#definitions;
  }

  /**
   * Keeps what a page of the list says, for the calls to come.
   *
   * @param page - As the server answered.
   * @param isFirstPage - True: what was known before is forgotten.
   * @throws JudgedError where that is no list of tools, or some readers could find another list in it.
   */
  note(page: JsonObject, isFirstPage: boolean): readonly ListedTool[] {
    const { tools } = page;
    if (!Array.isArray(tools) || !tools.every(isListedTool) || hasTwin(page)) {
      throw new JudgedError(INVALID_ANSWER, 'The server answered tools/list with something else than a list of tools.');
    }
    if (isFirstPage) {
      this.#tools.clear();
      this.#definitions.clear();
    }
    for (const tool of tools) {
      const { name, annotations } = tool;
      this.#tools.set(name, tool);
      this.#definitions.set(name, isJsonObject(annotations) ? { annotations } : {});
    }
    return tools;
  }

  /** The fingerprint of a tool as it was listed last. */
  fingerprintOf(tool: string): string {
    return definitionFingerprint(this.#tools.get(tool));
  }
}

/** What a client can do while a call waits: tell whether the tool was redefined meanwhile. */
export class ListedToolHost implements CallHost {
  readonly #listed: ListedTools;
  readonly #tool: string;

  constructor(listed: ListedTools, tool: string) {
    this.#listed = listed;
    this.#tool = tool;
  }

  /** The fingerprint of the tool as it was listed last. */
  fingerprint(): string {
    return this.#listed.fingerprintOf(this.#tool);
  }
}

function isListedTool(tool: unknown): tool is ListedTool {
  return isJsonObject(tool) && typeof tool['name'] === 'string';
}

/** Some readers, Go's among them, take `Tools` for `tools`. */
function hasTwin(page: JsonObject): boolean {
  return Object.keys(page).some((key) => key !== 'tools' && key.toUpperCase() === 'TOOLS');
}
