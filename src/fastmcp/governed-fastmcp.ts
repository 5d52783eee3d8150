import {
  FastMCP as BaseFastMCP,
  type FastMCPSessionAuth,
  type ServerOptions,
  type Tool,
  type ToolParameters,
} from 'fastmcp';
import type { Middleware } from '../call/host-request.js';
import { noteGoverned, type WithMiddleware } from '../sdk/with-middleware.js';
import { ToolOwner } from './tool-owner.js';

/**
 * fastmcp's server with `addMiddleware()`: every tool it offers is governed, however it was added.
 *
 * Takes the options of fastmcp's own `FastMCP`. A call that would reach a tool past governance is refused.
 *
 * @throws ConfigError with a fastmcp whose sessions cannot be governed.
 */
export class FastMCP<T extends FastMCPSessionAuth = FastMCPSessionAuth>
  extends BaseFastMCP<T>
  implements WithMiddleware
{
  readonly #owner: ToolOwner;

  constructor(options: ServerOptions<T>) {
    const owner = new ToolOwner();
    super({
      ...options,
      onToolCall: async (call) => {
        owner.trip(call.toolName);
        await options.onToolCall?.(call);
      },
    });
    this.#owner = owner;
    noteGoverned(this);
  }

  /** Adds a middleware behind those already there, for all tools, added before or after. */
  addMiddleware(middleware: Middleware): void {
    this.#owner.chain.add(middleware);
  }

  override addTool<P extends ToolParameters>(tool: Tool<T, P>): void {
    super.addTool(this.#owner.own(tool));
  }

  override addTools<P extends ToolParameters>(tools: Tool<T, P>[]): void {
    super.addTools(tools.map((tool) => this.#owner.own(tool)));
  }
}
