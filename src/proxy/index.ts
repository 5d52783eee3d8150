export type { NamedToken } from './http/auth/bearer-tokens.js';
export type { OAuthOptions } from './http/auth/oauth-options.js';
export type { HttpInboundOptions, HttpLimits } from './http/inbound/options.js';
export type {
  Approve,
  HttpInbound,
  HttpTarget,
  ProxyLimits,
  ProxyOptions,
  StdioInbound,
  UpstreamOptions,
} from './options.js';
export { type RunningProxy, startProxy } from './proxy.js';
export type { StdioTarget } from './stdio/process-group.js';
export type { RestartOptions } from './stdio/restarting-peer.js';
