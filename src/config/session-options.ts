import type { ApprovalHandler } from '../approval/approval.js';
import { ConfigError } from '../errors/config-error.js';
import type { RateLimitOptions } from '../rate-limit/rate-limit-rule.js';
import { readEnvironment } from './env.js';
import type { BlockMode, DecisionMode, GovernanceOptions } from './options.js';
import { resolveConnection } from './resolve-connection.js';
import { checkOptions } from './schema.js';

/** What `init(options)` takes. */
export interface InitOptions {
  /** Key of a controlplane, for every session that names none. Default: the environment. */
  apiKey?: string;
  /** Address of that controlplane. Default: the environment. */
  apiUrl?: string;
  /** How it decides: `snapshot` or `check`. Default `snapshot`. */
  decisionMode?: DecisionMode;
}

/** Everything `configureSession(client, options)` takes. */
export interface SessionOptions {
  /** The server's name for matching and for spans. Default: the name that the server gives itself when it connects. */
  serverName?: string;
  /** Asked where a person has to decide, and about blocks that are not final. Default none: such calls are refused. */
  onPolicyBlock?: ApprovalHandler;
  /** What governs the calls. Default none: calls are traced and nothing is checked. */
  governanceConfig?: SessionGovernance;
}

/** What governs the calls of a client: its own members, and those of `GovernanceOptions` that are not about a server. */
export interface SessionGovernance extends Omit<GovernanceOptions, 'serverName' | 'onPolicyBlock' | 'identify'> {
  /** The agent that calls, for policies, spans and audit events. Default ''. */
  agentName?: string;
  /** The user it calls for, for policies, spans and audit events. Default ''. */
  userId?: string;
  /** False: arguments are not scanned, whatever is said of a tool. Default true. */
  scanInputs?: boolean;
  /** False: results and messages are not scanned, whatever is said of a tool. Default true. */
  scanOutputs?: boolean;
  /** What a refused call comes to: `raise` throws, `error_result` gives back an MCP error result. Default `raise`. */
  blockMode?: BlockMode;
  /** How many calls are admitted where `toolConfigs` says nothing of a tool. Default none: no limit. */
  rateLimit?: RateLimitOptions;
  /** True: a failing decision point or scanner lets calls pass; intended refusals stand. Default true. */
  failOpen?: boolean;
}

/** How the calls of a session are governed. */
export interface ResolvedGovernance {
  /** What its enforcement point takes. */
  readonly options: GovernanceOptions;
  readonly blockMode: BlockMode;
  readonly principal: { readonly agent: string; readonly user: string };
  readonly unscanned: { readonly input: boolean; readonly output: boolean };
}

/** The options of a session with every default settled. */
export interface ResolvedSession {
  readonly serverName: string | undefined;
  /** Undefined: calls are traced and nothing is checked. */
  readonly governance: ResolvedGovernance | undefined;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Checks what is set for all sessions of the process.
 *
 * @throws ConfigError for anything that cannot be right, in the options or in the environment.
 */
export function checkInit(given: InitOptions, env: Environment = process.env): void {
  resolveConnection(checkOptions('init', given, 'init'), readEnvironment(env), env);
}

/**
 * Settles the options of a session.
 *
 * @param initial - What `init` set for all sessions.
 * @throws ConfigError for anything that cannot be right.
 */
export function resolveSession(
  given: SessionOptions,
  env: Environment = process.env,
  initial: InitOptions = {},
): ResolvedSession {
  const { governanceConfig, onPolicyBlock, ...named } = checkOptions('session', given, 'configureSession');
  const serverName = named.serverName ?? readEnvironment(env).serverName;
  if (governanceConfig !== undefined) {
    return {
      serverName,
      governance: resolveGovernance(withInitial(initial, governanceConfig), serverName, onPolicyBlock),
    };
  }
  if (onPolicyBlock === undefined) return { serverName, governance: undefined };
  throw new ConfigError(
    'configureSession: without governanceConfig nothing is checked, and onPolicyBlock is never asked. ' +
      'Add governanceConfig: {}.',
  );
}

/**
 * What `init` set, where a session says nothing of it: an empty text and `undefined` say nothing.
 *
 * @throws ConfigError for half of a key and its address: the other half of another pair would send a key elsewhere.
 */
function withInitial(initial: InitOptions, given: SessionGovernance): SessionGovernance {
  const { apiKey, apiUrl, decisionMode, ...rest } = given;
  if (!apiKey !== !apiUrl && (initial.apiKey || initial.apiUrl)) {
    throw new ConfigError(
      'governanceConfig: apiKey and apiUrl belong together, and init() set others. Give both of them, or none.',
    );
  }
  const mode = decisionMode ?? initial.decisionMode;
  const { apiKey: key, apiUrl: url } = apiKey || apiUrl ? { apiKey, apiUrl } : initial;
  return {
    ...rest,
    ...(key ? { apiKey: key } : {}),
    ...(url ? { apiUrl: url } : {}),
    ...(mode === undefined ? {} : { decisionMode: mode }),
  };
}

function resolveGovernance(
  given: SessionGovernance,
  serverName: string | undefined,
  onPolicyBlock: ApprovalHandler | undefined,
): ResolvedGovernance {
  const {
    agentName: agent = '',
    userId: user = '',
    scanInputs = true,
    scanOutputs = true,
    blockMode = 'raise',
    rateLimit,
    failOpen,
    policyConfig = {},
    ...options
  } = checkOptions('sessionGovernance', given, 'governanceConfig');
  const defaults = { ...policyConfig };
  if (failOpen !== undefined) defaults.failOpen = once('failOpen', failOpen, policyConfig.failOpen);
  if (rateLimit !== undefined) {
    defaults.defaultRateLimit = once('rateLimit', rateLimit, policyConfig.defaultRateLimit, 'defaultRateLimit');
  }
  return {
    options: {
      ...options,
      policyConfig: defaults,
      blockMode: 'raise',
      ...(serverName !== undefined && { serverName }),
      ...(onPolicyBlock !== undefined && { onPolicyBlock }),
    },
    blockMode,
    principal: { agent, user },
    unscanned: { input: !scanInputs, output: !scanOutputs },
  };
}

/** Of two places that say the same thing, nobody could tell which one holds. */
function once<T>(name: string, value: T, other: unknown, otherName = name): T {
  if (other === undefined) return value;
  throw new ConfigError(`governanceConfig: ${name} and policyConfig.${otherName} are one setting. Give one of them.`);
}
