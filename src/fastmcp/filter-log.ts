import type { CallToolContext } from '../call/host-request.js';
import type { ToolDefinition } from '../call/tool-call.js';
import type { MiddlewareChain } from '../sdk/middleware-chain.js';

const LEVELS = ['debug', 'error', 'info', 'warn'] as const;

type Write = (message: string, data?: unknown) => void;

/** The part of fastmcp's context that writes log lines to the client. */
export interface LoggingContext {
  readonly log: Readonly<Record<(typeof LEVELS)[number], Write>>;
}

/**
 * The context of a call with its log lines led through the middlewares, under the settings of the call's tool.
 *
 * Progress and streamed content go through the request and are filtered there; fastmcp sends log lines around it.
 */
export function filterLog(
  chain: MiddlewareChain,
  server: string,
  tool: string,
  definition: ToolDefinition | undefined,
  context: LoggingContext,
): LoggingContext {
  if (!chain.filtersNotifications) return context;
  const request = { door: 'middleware', auth: undefined, client: undefined } as CallToolContext['request'];
  const call: CallToolContext = { server, tool, arguments: {}, definition, request };
  const filtered = (level: (typeof LEVELS)[number]): Write => {
    const write = context.log[level];
    return (message, data) => {
      void chain.notification(call, { method: 'notifications/message', params: { message, data } }).then((passed) => {
        if (passed !== undefined) write(passed.params?.['message'] as string, passed.params?.['data']);
      });
    };
  };
  return { ...context, log: Object.fromEntries(LEVELS.map((level) => [level, filtered(level)])) as never };
}
