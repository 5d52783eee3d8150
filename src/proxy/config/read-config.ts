import { dirname, resolve } from 'node:path';
import { type Place, placeAt } from '../../policy/loading/place.js';
import { Problems } from '../../policy/loading/problems.js';
import { runAtOnce } from '../../policy/run-slices.js';
import { parseText } from '../../policy/yaml/parse-text.js';
import type { HttpLimits } from '../http/inbound/options.js';
import type { ProxyOptions } from '../options.js';
import type { ConfiguredApprovals, ConfiguredAudit, ConfiguredServer, ProxyConfig } from './config.js';
import { checkParts } from './check-parts.js';
import { isMemberName } from '../aggregate/prefix.js';
import { type Environment, fillVariables } from './fill-variables.js';
import { present } from './present.js';
import { readBySchema } from './read-by-schema.js';
import { mergeGovernance, toGovernance } from './read-governance.js';
import { readTarget } from './read-target.js';
import { configSchema, type WrittenConfig, type WrittenServer } from './schema.js';

const WORDS = { noun: 'configuration', contents: 'servers' };
/** Where clients reach the proxy over HTTP where nobody says otherwise. */
export const DEFAULT_PORT = 8700;

/**
 * Reads a configuration of the proxy.
 *
 * @param source - The path of its file: named in texts, and paths in the file count from its folder on.
 * @param env - What `${NAME}` stands for.
 * @throws PolicyDocumentError with everything that is wrong, by line and column; it quotes no value of a variable.
 */
export function readProxyConfig(text: string, source: string, env: Environment): ProxyConfig {
  const { value, locate } = runAtOnce(parseText(text, source, WORDS));
  const problems = new Problems();
  const { value: filled, variables } = fillVariables(value, env, problems);
  const written = readBySchema(filled, configSchema, undefined, problems) as WrittenConfig | undefined;
  problems.throwIfAny(source, locate);
  const config = toConfig(written ?? {}, dirname(resolve(source)), problems);
  checkParts(config, problems, env, variables);
  problems.throwIfAny(source, locate);
  return config;
}

function toConfig(written: WrittenConfig, folder: string, problems: Problems): ProxyConfig {
  const governance = toGovernance(written, folder);
  const { controlplane = {}, approvals = {}, rate_limit_store: rateLimitStore } = written;
  const { timeout_seconds: seconds } = approvals;
  const config: ProxyConfig = {
    inbound: toInbound(written.inbound ?? {}),
    endpoints: written.endpoints ?? 'one',
    servers: Object.entries(written.servers ?? {}).map(([name, server]): ConfiguredServer => {
      const place = placeAt(placeAt(undefined, 'servers'), name);
      return {
        name,
        target: readTarget(server, folder, place, problems),
        patience: toPatience(server),
        governance: mergeGovernance(governance, toGovernance(server, folder)),
        port: portOf(server.port),
      };
    }),
    governance,
    audit: toAudit(written.audit, folder, problems),
    approvals: toApprovals(approvals, problems),
    shared: present({
      apiKey: controlplane.key,
      apiUrl: controlplane.url,
      decisionMode: controlplane.decision_mode,
      rateLimitStore,
      approvalTimeoutMs: seconds === undefined ? undefined : seconds * 1000,
    }),
  };
  checkEndpoints(written, config, problems);
  return Object.freeze(config);
}

function toInbound(written: NonNullable<WrittenConfig['inbound']>): ProxyOptions['inbound'] {
  if (written.transport !== 'http') return { kind: 'stdio' };
  const { host = '127.0.0.1', path, tokens, oauth, limits } = written;
  return {
    kind: 'http',
    host,
    port: portOf(written.port) ?? DEFAULT_PORT,
    ...present({ path, allowedHosts: written.allowed_hosts, allowedOrigins: written.allowed_origins }),
    ...(limits === undefined ? {} : { limits: toLimits(limits) }),
    ...(tokens === undefined ? {} : { tokens: tokens.map(({ name = '', token = '' }) => ({ name, token })) }),
    ...(oauth === undefined
      ? {}
      : {
          oauth: {
            issuer: oauth.issuer ?? '',
            jwksUrl: oauth.jwks_url ?? '',
            resource: oauth.resource ?? '',
            ...present({ audience: oauth.audience, scopes: oauth.scopes }),
          },
        }),
  };
}

function toLimits(written: NonNullable<NonNullable<WrittenConfig['inbound']>['limits']>): HttpLimits {
  return present({
    maxBodyBytes: written.max_body_bytes,
    maxSessions: written.max_sessions,
    sessionIdleMs: written.session_idle_ms,
    maxStreams: written.max_streams,
    maxConnections: written.max_connections,
    replayBytes: written.replay_bytes,
    slowReaderMs: written.slow_reader_ms,
    headersMs: written.headers_ms,
    requestMs: written.request_ms,
  });
}

function toPatience({ restart, answer_timeout_ms: answerTimeoutMs }: WrittenServer): ConfiguredServer['patience'] {
  const again = restart && present({ attempts: restart.attempts, delayMs: restart.delay_ms });
  return present({ restart: again, answerTimeoutMs });
}

function toAudit(written: WrittenConfig['audit'], folder: string, problems: Problems): ConfiguredAudit | undefined {
  if (written === undefined) return undefined;
  const { url, required = false, params, hash_key: hashKey, key_file: keyFile } = written;
  if (url === undefined) problems.add(placeAt(undefined, 'audit'), 'needs url: file:audit.db, or postgres://...');
  return {
    url:
      url?.startsWith('file:') === true && !/^file:\/\//.test(url)
        ? `file:${resolve(folder, url.slice(5))}`
        : (url ?? ''),
    required,
    params,
    hashKey,
    keyFile: keyFile === undefined ? undefined : resolve(folder, keyFile),
  };
}

function toApprovals(
  { ask, webhook }: NonNullable<WrittenConfig['approvals']>,
  problems: Problems,
): ConfiguredApprovals | undefined {
  const place = placeAt(undefined, 'approvals');
  if (webhook !== undefined && ask !== 'webhook') {
    problems.add(placeAt(place, 'webhook'), 'is not asked: write ask: webhook beside it', 'key');
  }
  if (ask !== 'webhook') return ask === undefined ? undefined : { ask };
  const { url, secret, allow_http: allowHttp, allow_private_addresses: allowPrivateAddresses } = webhook ?? {};
  if (url === undefined || secret === undefined) {
    problems.add(webhook === undefined ? place : placeAt(place, 'webhook'), 'needs webhook: { url, secret }');
    return undefined;
  }
  return { ask, webhook: { url, secret, ...present({ allowHttp, allowPrivateAddresses }) } };
}

function checkEndpoints({ inbound = {}, servers }: WrittenConfig, config: ProxyConfig, problems: Problems): void {
  const at = placeAt(undefined, 'servers');
  if (config.servers.length === 0)
    problems.add(servers === undefined ? undefined : at, 'needs servers: name one at least');
  const isHttp = config.inbound.kind === 'http';
  for (const key of Object.keys(inbound) as (keyof typeof inbound)[]) {
    if (isHttp || key === 'transport' || inbound[key] === undefined) continue;
    problems.add(
      placeAt(placeAt(undefined, 'inbound'), key),
      'belongs to HTTP: write transport: http beside it',
      'key',
    );
  }
  if (config.endpoints === 'each' && !isHttp) {
    problems.add(
      placeAt(undefined, 'endpoints'),
      'only HTTP has an endpoint for each: write inbound: { transport: http }',
    );
  }
  const ports = new Map<number, string>();
  for (const { name, port } of config.servers) {
    const place = placeAt(at, name);
    checkName(name, place, problems);
    if (config.endpoints === 'one') {
      if (port !== undefined) problems.add(placeAt(place, 'port'), 'has a meaning with endpoints: each only', 'key');
    } else if (port === undefined) problems.add(place, 'needs a port of its own, because of endpoints: each', 'key');
    else if (port !== 0 && ports.has(port)) {
      problems.add(placeAt(place, 'port'), `is the port of '${String(ports.get(port))}' already`);
    } else ports.set(port, name);
  }
}

/** Behind one endpoint, names stand before those of tools: where one ends has to be plain. */
function checkName(name: string, place: Place, problems: Problems): void {
  if (isMemberName(name)) return;
  problems.add(
    place,
    'the name of a server has at most 64 letters, digits and . - _, begins with a letter or a digit, and holds no __',
    'key',
  );
}

function portOf(port: WrittenServer['port']): number | undefined {
  return port === undefined ? undefined : Number(port);
}
