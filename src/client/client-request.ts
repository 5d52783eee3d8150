import type { HostRequest } from '../call/host-request.js';
import { isJsonObject, type JsonObject } from '../call/json.js';
import { readServerName } from '../session/server-name.js';
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

/** The name that the server gave itself. */
export function serverNameOf(client: HostClient): () => string {
  let read: unknown;
  let name = '';
  return () => {
    const said = client.getServerVersion()?.name;
    if (said !== read) {
      read = said;
      name = readServerName(said);
    }
    return name;
  };
}
