export type { Approve, HttpTarget, ProxyLimits, ProxyOptions, StdioInbound, UpstreamOptions } from './options.js';
export { type RunningProxy, startProxy } from './proxy.js';
export type { StdioTarget } from './stdio/process-group.js';
export type { RestartOptions } from './stdio/restarting-peer.js';
