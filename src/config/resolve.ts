import type { ApprovalHandler } from '../approval/approval.js';
import type { Action } from '../call/action.js';
import type { DecisionPoint } from '../call/decision.js';
import type { PIIScanner } from '../call/finding.js';
import { compileGlob, type NameMatcher } from '../call/glob.js';
import type { HostRequest } from '../call/host-request.js';
import type { Principal } from '../call/tool-call.js';
import { ConfigError } from '../errors/config-error.js';
import type { RateLimitStore } from '../rate-limit/stores.js';
import { type EnvironmentOptions, readEnvironment } from './env.js';
import { type ResolvedConnection, resolveConnection } from './resolve-connection.js';
import { type ResolvedAudit, resolveAudit } from './resolve-audit.js';
import type { BlockMode, GovernanceOptions, OnPinChange, PiiScan, ToolGovernanceConfig } from './options.js';
import { checkOptions } from './schema.js';
import type { ToolDefaults } from './tool-config.js';

/** How large arguments and results may be. */
export interface StructuralLimits {
  readonly maxArgumentBytes: number;
  readonly maxResultBytes: number;
  readonly maxDepth: number;
  readonly maxKeys: number;
}

/** One entry of the operator's `toolConfigs`. */
export interface OperatorEntry {
  readonly pattern: string;
  readonly matches: NameMatcher;
  readonly config: ToolGovernanceConfig;
}

/** The options with every default settled; what the rest of the package works with. */
export interface ResolvedOptions {
  /** How a controlplane is reached; undefined: standalone. */
  readonly connection: ResolvedConnection | undefined;
  /** True where there is the address of a controlplane and no key: nothing is asked there. */
  readonly keyMissing: boolean;
  readonly serverName: string | undefined;
  readonly failOpen: boolean;
  readonly hideBlockedTools: boolean;
  readonly defaultPolicyAction: Action;
  readonly limits: StructuralLimits;
  readonly toolDefaults: ToolDefaults;
  readonly toolConfigs: readonly OperatorEntry[];
  readonly policyTimeoutMs: number;
  readonly scanTimeoutMs: number;
  readonly approvalTimeoutMs: number;
  /** A text is the path of a file. */
  readonly policy: DecisionPoint | string | undefined;
  readonly piiScanner: PIIScanner | undefined;
  readonly onPolicyBlock: ApprovalHandler | undefined;
  readonly identify: ((request: HostRequest) => Principal) | undefined;
  readonly rateLimitStore: RateLimitStore;
  readonly audit: ResolvedAudit;
  /** Undefined: definitions are not pinned. */
  readonly pins: { readonly file: string | undefined; readonly onChange: OnPinChange } | undefined;
  readonly blockMode: BlockMode;
  readonly attributePrefix: string;
}

/**
 * Settles the options: code before environment before default.
 *
 * @throws ConfigError for anything that cannot be right.
 */
export function resolveOptions(
  given: GovernanceOptions = {},
  env: Readonly<Record<string, string | undefined>> = process.env,
): ResolvedOptions {
  const options = checkOptions('options', given, '');
  const environment = readEnvironment(env);
  const config = options.policyConfig ?? {};
  const connection = resolveConnection(options, environment, env);
  return Object.freeze({
    connection,
    keyMissing: connection === undefined && Boolean(options.apiUrl || environment.apiUrl),
    serverName: options.serverName ?? environment.serverName,
    failOpen: config.failOpen ?? environment.failOpen ?? true,
    hideBlockedTools: config.hideBlockedTools ?? false,
    defaultPolicyAction:
      config.defaultPolicyAction ?? (environment.defaultPolicyAction as Action | undefined) ?? 'allow',
    limits: {
      maxArgumentBytes: config.maxArgumentBytes ?? 1024 ** 2,
      maxResultBytes: config.maxResultBytes ?? 16 * 1024 ** 2,
      maxDepth: config.maxDepth ?? 64,
      maxKeys: config.maxKeys ?? 10_000,
    },
    toolDefaults: resolveToolDefaults(options, environment),
    toolConfigs: resolveToolConfigs(options.toolConfigs ?? {}),
    policyTimeoutMs: options.policyTimeoutMs ?? 500,
    scanTimeoutMs: options.scanTimeoutMs ?? 1000,
    approvalTimeoutMs: options.approvalTimeoutMs ?? environment.approvalTimeoutMs ?? 300_000,
    policy: options.policy ?? environment.policyFile,
    piiScanner: options.piiScanner,
    onPolicyBlock: options.onPolicyBlock,
    identify: options.identify,
    rateLimitStore: options.rateLimitStore ?? environment.redisUrl ?? 'memory',
    audit: resolveAudit(options.audit, environment),
    pins: resolvePins(options, environment),
    blockMode: options.blockMode ?? 'error_result',
    attributePrefix: options.attributePrefix ?? 'waxell.mcp.',
  } satisfies ResolvedOptions);
}

function resolvePins({ pins }: GovernanceOptions, { pinFile }: EnvironmentOptions): ResolvedOptions['pins'] {
  if (pins === false || (pins === undefined && pinFile === undefined)) return undefined;
  return { file: pins?.file ?? pinFile, onChange: pins?.onChange ?? 'review' };
}

function resolveToolDefaults(options: GovernanceOptions, environment: EnvironmentOptions): ToolDefaults {
  const config = options.policyConfig ?? {};
  const perMinute = environment.maxPerMinute;
  return {
    piiScan: config.defaultPiiScan ?? (environment.defaultPiiScan as PiiScan | undefined) ?? 'standard',
    piiActions: options.piiActions ?? {},
    rateLimit: config.defaultRateLimit ?? (perMinute === undefined ? undefined : { maxPerMinute: perMinute }),
  };
}

function resolveToolConfigs(configs: NonNullable<GovernanceOptions['toolConfigs']>): readonly OperatorEntry[] {
  const entries = isMap(configs) ? [...configs] : Object.entries(ownMembers(configs));
  return entries.map(([pattern, config]) => ({
    pattern: checkPattern(pattern),
    matches: compileGlob(pattern),
    config: checkOptions('operatorTool', config, `toolConfigs.${pattern}`),
  }));
}

function checkPattern(pattern: unknown): string {
  if (typeof pattern !== 'string') throw new ConfigError('toolConfigs: a key must be the name of a tool, or a glob.');
  if (!/\[[^\]]*$/.test(pattern)) return pattern;
  throw new ConfigError(`toolConfigs.${pattern}: the [ is never closed. For a tool named so, write [[] for it.`);
}

function isMap(configs: object): configs is ReadonlyMap<string, ToolGovernanceConfig> {
  return configs instanceof Map;
}

/** `{ __proto__: config }` in a literal sets the prototype and would silently govern nothing. */
function ownMembers<T extends object>(configs: T): T {
  const prototype: unknown = Object.getPrototypeOf(configs);
  if (prototype === Object.prototype || prototype === null) return configs;
  throw new ConfigError("toolConfigs must be a plain object or a Map. For a tool named '__proto__' use a Map.");
}
