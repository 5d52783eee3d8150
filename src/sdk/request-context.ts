import type { ClientInfo, HostRequest } from '../call/host-request.js';
import { isJsonObject, type JsonObject } from '../call/json.js';
import type { HostServer, RawRequest } from './host-server.js';

const CLIENT_INFO_META = 'io.modelcontextprotocol/clientInfo';

/** Reads the SDK's own context of a request, of 1.x (`extra`) or 2.x (`ctx`), into ours. */
export function toHostRequest(
  server: HostServer,
  request: RawRequest,
  extra: JsonObject,
  authOf: (server: HostServer) => object | undefined,
): HostRequest {
  const modern = extra['mcpReq'];
  const http = isJsonObject(modern) ? extra['http'] : extra;
  const meta = request.params?.['_meta'];
  return {
    door: 'middleware',
    sessionId: extra['sessionId'] as string | undefined,
    meta: isJsonObject(meta) ? meta : undefined,
    signal: (isJsonObject(modern) ? modern['signal'] : extra['signal']) as AbortSignal | undefined,
    auth: (isJsonObject(http) ? (http['authInfo'] as object | undefined) : undefined) ?? authOf(server),
    client: (isJsonObject(modern) ? envelopeClient(modern) : undefined) ?? server.getClientVersion?.(),
    transport: isJsonObject(http) && (http['req'] ?? http['requestInfo']) !== undefined ? 'tcp' : 'pipe',
  };
}

/** Protocol 2026-07-28 has no handshake: every request says who sends it. */
function envelopeClient(mcpReq: JsonObject): ClientInfo | undefined {
  const envelope = mcpReq['envelope'];
  const info = isJsonObject(envelope) ? envelope[CLIENT_INFO_META] : undefined;
  return isJsonObject(info) ? info : undefined;
}

type Send = (notification: RawRequest, ...rest: unknown[]) => Promise<void>;
type Log = (level: unknown, data: unknown, logger?: unknown) => Promise<void>;

/** Filters what a running call sends ahead of its result; undefined withholds it. */
export type NotificationFilter = (notification: RawRequest) => Promise<RawRequest | undefined>;

/**
 * Leads every way of the SDK to send ahead of the result through a filter.
 *
 * Written into the SDK's own context: it is made anew for every request, and copying it would cost more than judging.
 */
export function filterNotifications(extra: JsonObject, filter: NotificationFilter): void {
  const modern = extra['mcpReq'];
  if (!isJsonObject(modern)) {
    extra['sendNotification'] = filtered(extra['sendNotification'] as Send, filter);
    return;
  }
  modern['notify'] = filtered(modern['notify'] as Send, filter);
  const log = modern['log'] as Log;
  // 2.x sends log lines past the `notify` that handlers see.
  modern['log'] = async (level: unknown, data: unknown, logger?: unknown): Promise<void> => {
    const passed = await filter({ method: 'notifications/message', params: { level, data, logger } });
    if (passed !== undefined) await log(passed.params?.['level'], passed.params?.['data'], passed.params?.['logger']);
  };
}

function filtered(send: Send, filter: NotificationFilter): Send {
  return async (notification, ...rest) => {
    const passed = await filter(notification);
    if (passed !== undefined) await send(passed, ...rest);
  };
}
