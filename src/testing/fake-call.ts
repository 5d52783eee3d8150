import { type CallToolContext, type HostRequest, noRequest } from '../call/host-request.js';
import type { JsonObject } from '../call/json.js';

/** What a fake call may say of itself; the rest is made up. */
export interface FakeCall extends Partial<Omit<CallToolContext, 'request'>> {
  readonly request?: Partial<HostRequest>;
}

/**
 * Makes a call as a host would hand it to a middleware: `middleware.onCallTool(fakeCall('search'), next)`.
 *
 * @param tool - Name of the tool.
 * @param args - Its arguments. Default none.
 */
export function fakeCall(tool: string, args: JsonObject = {}, { request, ...context }: FakeCall = {}): CallToolContext {
  return {
    server: 'fake-server',
    tool,
    arguments: args,
    definition: undefined,
    ...context,
    request: {
      ...noRequest('middleware'),
      client: { name: 'fake-client', version: '1.0.0' },
      transport: 'pipe',
      ...request,
    },
  };
}
