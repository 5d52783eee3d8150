import { type CallToolContext, noRequest } from '../call/host-request.js';
import type { JsonObject } from '../call/json.js';
import { protocolOwn } from '../enforcement/protocol-own.js';
import { type GovernedHost, looseContext } from './governed-host.js';
import type { RawRequest } from './host-server.js';
import type { MiddlewareChain } from './middleware-chain.js';

const NO_REQUEST = noRequest('middleware');

/** Messages of our own making that were judged and are on their way to `notification` of the server, once. */
const judged = new WeakSet();

/**
 * Judges what a call sends ahead of its result, as it is now: what is sent is a copy, which nobody else can change.
 *
 * @returns What may be sent; undefined for nothing.
 */
export async function filterSent(
  chain: MiddlewareChain,
  context: CallToolContext,
  sent: RawRequest,
): Promise<RawRequest | undefined> {
  const copy = copyOf(sent);
  const passed = await chain.notification(context, copy);
  if (passed === undefined) return undefined;
  const params = withToken(context, copy, passed.params);
  const own: RawRequest = { method: passed.method, ...(params !== undefined && { params }) };
  judged.add(own);
  return own;
}

/** As JSON writes it, which is what the client would get. */
function copyOf({ method, params }: RawRequest): RawRequest {
  return params === undefined ? { method } : { method, params: JSON.parse(JSON.stringify(params)) as JsonObject };
}

/** Where the request is not known, nor is its progress token: then a number is taken for one, and has to stay. */
function withToken(context: CallToolContext, copy: RawRequest, passed: JsonObject | undefined): JsonObject | undefined {
  if (context.request !== NO_REQUEST || copy.method !== 'notifications/progress') return passed;
  const progressToken = copy.params?.['progressToken'];
  return passed !== undefined && typeof progressToken === 'number' ? { ...passed, progressToken } : passed;
}

/**
 * What a handler sends through the server itself belongs to the call under way where the host knows it, else to none:
 * then server defaults apply.
 */
export function governLooseNotifications(host: GovernedHost): void {
  const { server, chain } = host;
  const send = server.notification.bind(server);
  server.notification = async (notification, options) => {
    if (judged.delete(notification) || !chain.filtersNotifications) return send(notification, options);
    const own = protocolOwn(notification);
    if (own !== undefined) return send(own, options);
    const context = host.callUnderWay?.() ?? looseContext(host, NO_REQUEST);
    const passed = await filterSent(chain, context, notification);
    if (passed === undefined) return;
    judged.delete(passed);
    await send(passed, options);
  };
}
