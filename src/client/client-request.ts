import type { HostRequest } from '../call/host-request.js';
import { isJsonObject, type JsonObject } from '../call/json.js';
import type { RunningContext } from '../enforcement/running-context.js';
import { withTraceContext } from '../telemetry/trace-context.js';
import type { HostClient, HostTransport } from './host-client.js';

/** A request of a client, as enforcement points know requests. */
export function toRequest(params: JsonObject, signal: AbortSignal, transport: HostTransport): HostRequest {
  const meta = params['_meta'];
  return {
    door: 'client',
    sessionId: transport.sessionId,
    meta: isJsonObject(meta) ? meta : undefined,
    signal,
    auth: undefined,
    client: undefined,
    transport: networkOf(transport),
  };
}

/** Transports over HTTP and WebSocket of both lines keep the address of their server. */
function networkOf(transport: HostTransport): 'pipe' | 'tcp' {
  return '_url' in transport || transport.sessionId !== undefined ? 'tcp' : 'pipe';
}

/**
 * Puts the arguments that were judged, and the trace, into parameters; those without arguments stay without.
 *
 * @param params - Nobody else's: another copy would cost every call as much as some of its stages.
 */
export function putJudged(params: JsonObject, { arguments: args, span }: RunningContext): JsonObject {
  const { _meta } = params;
  const meta = withTraceContext(isJsonObject(_meta) ? _meta : undefined, span);
  if (params['arguments'] !== undefined || Object.keys(args).length > 0) params['arguments'] = args;
  if (meta !== undefined) params['_meta'] = meta;
  return params;
}

/** True for what may be the id of a request. */
export function isId(id: unknown): id is string | number {
  return typeof id === 'number' || typeof id === 'string';
}

/** The name that the server gave itself; none where it could pass for the end of a line or is beyond all measure. */
export function serverNameOf(client: HostClient): () => string {
  let read: unknown;
  let name = '';
  return () => {
    const said = client.getServerVersion()?.name;
    if (said !== read) {
      read = said;
      name = typeof said === 'string' && said.length <= 256 && !/\p{Cc}/u.test(said) ? said : '';
    }
    return name;
  };
}
