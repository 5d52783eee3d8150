import { AuditLogger } from '../../audit/audit-logger.js';
import type { Sink } from '../../audit/audit-event.js';
import { backgroundClock } from '../../call/clock.js';
import { ConfigError } from '../../errors/config-error.js';
import { FileWatch } from '../../policy/file-watch.js';
import { decodePolicy, readPolicyBytes } from '../../policy/yaml/read-policy-file.js';
import { log } from '../../telemetry/log.js';
import type { ProxyOptions } from '../options.js';
import { type ProxyInternals, type RunningProxy, startProxy } from '../proxy.js';
import type { ConfiguredAudit, ProxyConfig } from './config.js';
import { type Overrides, overrideConfig } from './override.js';
import { readProxyConfig } from './read-config.js';
import { toProxyOptions } from './to-options.js';

/** Proxies that run as a file says. */
export interface RunningConfig extends Pick<RunningProxy, 'ended' | 'close'> {
  /** Where clients over HTTP reach it: nowhere, at one address, or each server at its own. */
  readonly urls: readonly string[];
  /** What is in force. */
  readonly config: ProxyConfig;
}

/** What a run stands on, for tests to replace. */
export interface ConfigInternals extends ProxyInternals {
  /** Where clients over the standard streams come in. Default: the streams of this process. */
  readonly streams?: { readonly input: NodeJS.ReadableStream; readonly output: NodeJS.WritableStream };
}

const INTERVAL_MS = 2_000;

/**
 * Starts what a configuration file says, and follows the file: how calls are governed changes while sessions go on. What
 * a proxy is made of, its servers and where clients come in, is said to need another start. A file that cannot be used
 * leaves the one before in force, and that is said once.
 *
 * @throws PolicyDocumentError for what is wrong in the file, ConfigError for what cannot be started.
 */
export async function runConfig(
  path: string,
  overrides: Overrides,
  internals: ConfigInternals = {},
): Promise<RunningConfig> {
  const { env = process.env, clock = backgroundClock, streams = {} } = internals;
  const read = (bytes: Uint8Array): ProxyConfig => {
    const config = overrideConfig(readProxyConfig(decodePolicy(bytes, path), path, env), overrides);
    if (config === undefined) throw new ConfigError(`${path}: there is no server '${String(overrides.server)}' in it.`);
    return config;
  };
  const bytes = await readPolicyBytes(path);
  let config = read(bytes);
  let record = openRecord(config.audit, internals);
  const start = (options: ProxyOptions): Promise<RunningProxy> =>
    startProxy(
      options.inbound.kind === 'stdio' ? { ...options, inbound: { ...options.inbound, ...streams } } : options,
      internals,
    );
  const proxies = await startAll(toProxyOptions(config, record?.sink, env), start);
  const watch = new FileWatch(path, {
    intervalMs: INTERVAL_MS,
    clock,
    apply: async (changed, isCurrent) => {
      const next = read(changed);
      if (!isCurrent()) return;
      const before = { config, record };
      if (textOf(next.audit) !== textOf(config.audit)) record = openRecord(next.audit, internals);
      await govern(proxies, before.config, next, toProxyOptions(next, record?.sink, env));
      config = next;
      log('info', `${path} was changed, and is in force`);
      if (record !== before.record) await before.record?.close();
    },
    onError: (fault) => {
      const why = fault instanceof Error ? fault.message : String(fault);
      log('error', `${why}. The configuration before stays in force.`);
    },
  });
  watch.follow(bytes);
  const close = async (signal?: NodeJS.Signals): Promise<void> => {
    watch.stop();
    await Promise.all(proxies.map((each) => each.close(signal)));
    await record?.close();
  };
  const ended = Promise.race(proxies.map((each) => each.ended)).then(async (how) => {
    await close();
    return how;
  });
  return {
    urls: proxies.flatMap(({ url }) => url ?? []),
    get config() {
      return config;
    },
    ended,
    close,
  };
}

/** One that cannot be started takes those that were with it. */
async function startAll(
  options: readonly ProxyOptions[],
  start: (options: ProxyOptions) => Promise<RunningProxy>,
): Promise<readonly RunningProxy[]> {
  const proxies: RunningProxy[] = [];
  try {
    for (const each of options) proxies.push(await start(each));
    return proxies;
  } catch (fault) {
    await Promise.all(proxies.map((each) => each.close()));
    throw fault;
  }
}

/** Governs servers anew where something that concerns them was changed; limits in memory begin anew with that. */
async function govern(
  proxies: readonly RunningProxy[],
  before: ProxyConfig,
  next: ProxyConfig,
  options: readonly ProxyOptions[],
): Promise<void> {
  const common = ({ shared, audit, approvals }: ProxyConfig): string => textOf({ shared, audit, approvals });
  const isOther = common(before) !== common(next);
  const upstreams = options.flatMap((each) => each.upstreams);
  for (const server of next.servers) {
    const was = before.servers.find(({ name }) => name === server.name);
    if (was === undefined) continue;
    const upstream = upstreams.find(({ name = '' }) => name === server.name);
    const isGovernedAnew = isOther || textOf(was.governance) !== textOf(server.governance);
    const isMoved = textOf([was.target, was.patience]) !== textOf([server.target, server.patience]);
    for (const proxy of proxies) {
      if (isGovernedAnew) proxy.govern(server.name, upstream ?? {});
      if (isMoved) await proxy.retarget(server.name, server.target, server.patience);
    }
  }
  const partsOf = ({ inbound, endpoints, servers }: ProxyConfig): string =>
    textOf({ inbound, endpoints, servers: servers.map(({ name, port }) => ({ name, port })) });
  if (partsOf(before) !== partsOf(next)) {
    log('warn', 'what changed of inbound, of endpoints and in the list of servers takes effect at the next start');
  }
}

/** All proxies record in one place, which none of them closes. */
function openRecord(
  audit: ConfiguredAudit | undefined,
  { auditThread }: ConfigInternals,
): { sink: Sink; close: () => Promise<void> } | undefined {
  if (audit === undefined) return undefined;
  const { url, required, keyFile } = audit;
  const logger = new AuditLogger({ url, required, keyFile, worker: auditThread });
  const sink: Sink = {
    required,
    write: (event) => logger.write(event),
    intend: (intent) => logger.intend(intent),
    flush: () => logger.flush(),
  };
  return { sink, close: () => logger.close() };
}

function textOf(value: unknown): string {
  return (
    JSON.stringify(value, (_, each: unknown) => (each instanceof Map ? [...(each as Map<string, unknown>)] : each)) ??
    ''
  );
}
