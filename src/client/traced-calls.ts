import type { CallToolContext } from '../call/host-request.js';
import { isJsonObject } from '../call/json.js';
import { toPolicyId, toSpanName } from '../enforcement/names.js';
import type { RunningContext } from '../enforcement/running-context.js';
import { type AttributeNames, nameAttributes } from '../telemetry/attribute-names.js';
import { CallTelemetry } from '../telemetry/call-telemetry.js';
import type { SessionPoint } from '../session/session.js';

const PREFIX = 'waxell.mcp.';

/** What stands in the place of an enforcement point where calls are traced and nothing is checked. */
export class TracedCalls implements SessionPoint {
  readonly #telemetry = new CallTelemetry('client');
  readonly #names: AttributeNames = nameAttributes(PREFIX);
  readonly #serverName: string | undefined;

  constructor(serverName: string | undefined) {
    this.#serverName = serverName;
  }

  /** Traces one call; `next` runs the tool. */
  async call(context: CallToolContext, next: (context: CallToolContext) => Promise<unknown>): Promise<unknown> {
    const { tool, request } = context;
    const server = this.#serverName ?? context.server;
    const names = this.#names;
    const started = performance.now();
    const span = this.#telemetry.start(toSpanName(server, tool), request.meta);
    span.set(names.method, 'tools/call');
    span.set(names.genAiOperation, 'execute_tool');
    span.set(names.genAiTool, tool);
    span.set(names.session, request.sessionId);
    span.set(names.transport, request.transport);
    span.set(names.serverName, server);
    span.set(names.toolName, tool);
    span.set(names.policyId, toPolicyId(this.#serverName ?? '', tool));
    const running: RunningContext = { ...context, span };
    let error: string | undefined = 'tool_error';
    try {
      const result = await span.within(() => next(running));
      if (!isJsonObject(result) || result['isError'] !== true) error = undefined;
      return result;
    } finally {
      if (request.signal?.aborted === true) error = 'cancelled';
      span.set(names.errorType, error);
      span.end(error);
      const measured = { 'mcp.method.name': 'tools/call', 'gen_ai.tool.name': tool };
      this.#telemetry.measure(
        performance.now() - started,
        error === undefined ? measured : { ...measured, 'error.type': error },
      );
    }
  }
}
