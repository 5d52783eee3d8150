import { ACTIONS } from '../call/action.js';
import { ConfigError, nearest } from '../errors/config-error.js';
import type { DecisionMode } from './options.js';
import { isRedisUrl } from './redis-url.js';

/** One environment variable. */
export interface EnvironmentVariable {
  readonly name: string;
  /** The option it stands for. */
  readonly option: string;
  readonly meaning: string;
  readonly default: string;
}

const LEVELS = ['debug', 'info', 'warn', 'error', 'silent'];
const SCANS = ['off', 'standard', 'strict'];
const MODES = ['snapshot', 'check'];

function variable(name: string, option: string, meaning: string, fallback: string) {
  return { name, option, meaning, default: fallback } as const;
}

/** Every variable there is. The reference page of the environment is generated from this table. */
export const ENVIRONMENT: readonly EnvironmentVariable[] = [
  variable('WAXELL_API_KEY', 'apiKey', 'Key of a controlplane: connects to it.', 'none'),
  variable('WAXELL_API_URL', 'apiUrl', 'Address of that controlplane.', 'none'),
  variable('MCP_GOVERNANCE_API_KEY', 'apiKey', 'As `WAXELL_API_KEY`, and before it.', 'none'),
  variable('MCP_GOVERNANCE_API_URL', 'apiUrl', 'As `WAXELL_API_URL`, and before it.', 'none'),
  variable('MCP_GOVERNANCE_SERVER_NAME', 'serverName', "The server's name for matching.", "the host's"),
  variable('MCP_GOVERNANCE_POLICY_FILE', 'policy', 'A YAML policy to load and watch.', 'none'),
  variable('MCP_GOVERNANCE_FAIL_OPEN', 'policyConfig.failOpen', '`true` or `false`.', 'true'),
  variable('MCP_GOVERNANCE_DEFAULT_PII_SCAN', 'policyConfig.defaultPiiScan', listed(SCANS), 'standard'),
  variable('MCP_GOVERNANCE_DEFAULT_POLICY_ACTION', 'policyConfig.defaultPolicyAction', listed(ACTIONS), 'allow'),
  variable(
    'MCP_GOVERNANCE_DEFAULT_RATE_LIMIT_PER_MINUTE',
    'policyConfig.defaultRateLimit.maxPerMinute',
    'Calls a minute, a whole number from 1.',
    'none',
  ),
  variable(
    'MCP_GOVERNANCE_REDIS_URL',
    'rateLimitStore',
    'A Redis or Valkey that counts for many doors: `redis://...`, `rediss://...`. Needs the package ioredis.',
    'none',
  ),
  variable(
    'MCP_GOVERNANCE_AUDIT_URL',
    'audit',
    'Where audit events are stored: `file:audit.db`, `file:audit.jsonl`, `postgres://...`.',
    'none',
  ),
  variable(
    'MCP_GOVERNANCE_AUDIT_HASH_KEY',
    'audit.hashKey',
    'Key of `paramsHash`, of at least 16 characters.',
    'made anew by each process',
  ),
  variable('MCP_GOVERNANCE_PIN_FILE', 'pins.file', 'Where pins of tool definitions are kept; pins them.', 'none'),
  variable('MCP_GOVERNANCE_APPROVAL_TIMEOUT_SECONDS', 'approvalTimeoutMs', 'Seconds an approver has.', '300'),
  variable('MCP_GOVERNANCE_DECISION_MODE', 'decisionMode', '`snapshot` or `check`.', 'snapshot'),
  variable('MCP_GOVERNANCE_LOG_LEVEL', '(none)', `${listed(LEVELS)}: what goes to standard error.`, 'warn'),
];

/** The options that the environment sets; absent where it says nothing. */
export interface EnvironmentOptions {
  readonly serverName?: string;
  readonly policyFile?: string;
  readonly failOpen?: boolean;
  readonly defaultPiiScan?: string;
  readonly defaultPolicyAction?: string;
  readonly maxPerMinute?: number;
  readonly approvalTimeoutMs?: number;
  readonly redisUrl?: string;
  readonly pinFile?: string;
  readonly auditUrl?: string;
  readonly auditHashKey?: string;
  readonly apiKey?: string;
  readonly apiUrl?: string;
  readonly decisionMode?: DecisionMode;
}

/**
 * Reads the environment.
 *
 * @throws ConfigError for a value that cannot be read, a misspelt name behind our prefix, and a variable that this
 *   version cannot honour.
 */
export function readEnvironment(env: Readonly<Record<string, string | undefined>>): EnvironmentOptions {
  refuseUnknown(env);
  const read = <T>(suffix: string, parse: (text: string, name: string) => T): T | undefined => {
    const text = env[`MCP_GOVERNANCE_${suffix}`];
    return text === undefined || text === '' ? undefined : parse(text, `MCP_GOVERNANCE_${suffix}`);
  };
  read('LOG_LEVEL', word(LEVELS));
  return definedOnly({
    serverName: read('SERVER_NAME', (text) => text),
    policyFile: read('POLICY_FILE', (text) => text),
    failOpen: read('FAIL_OPEN', flag),
    defaultPiiScan: read('DEFAULT_PII_SCAN', word(SCANS)),
    defaultPolicyAction: read('DEFAULT_POLICY_ACTION', word(ACTIONS)),
    maxPerMinute: read('DEFAULT_RATE_LIMIT_PER_MINUTE', wholeNumber),
    approvalTimeoutMs: read('APPROVAL_TIMEOUT_SECONDS', seconds),
    redisUrl: read('REDIS_URL', redisUrl),
    pinFile: read('PIN_FILE', (text) => text),
    auditUrl: read('AUDIT_URL', (text) => text),
    auditHashKey: read('AUDIT_HASH_KEY', key),
    apiKey: read('API_KEY', (text) => text) ?? (env['WAXELL_API_KEY'] || undefined),
    apiUrl: read('API_URL', (text) => text) ?? (env['WAXELL_API_URL'] || undefined),
    decisionMode: read('DECISION_MODE', word(MODES)) as DecisionMode | undefined,
  });
}

function refuseUnknown(env: Readonly<Record<string, string | undefined>>): void {
  const known = ENVIRONMENT.map((entry) => entry.name);
  for (const name of Object.keys(env)) {
    if (!name.startsWith('MCP_GOVERNANCE_') || known.includes(name)) continue;
    const hint = nearest(name, known);
    throw new ConfigError(`${name} is not a variable we know.${hint ? ` Did you mean ${hint}?` : ''}`);
  }
}

function flag(text: string, name: string): boolean {
  const lower = text.toLowerCase();
  if (['true', '1', 'yes', 'on'].includes(lower)) return true;
  if (['false', '0', 'no', 'off'].includes(lower)) return false;
  throw new ConfigError(`${name} must be true or false.`);
}

function wholeNumber(text: string, name: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new ConfigError(`${name} must be a whole number from 1.`);
}

function redisUrl(text: string, name: string): string {
  if (isRedisUrl(text)) return text;
  throw new ConfigError(`${name} must be redis://host:port or rediss://host:port.`);
}

function key(text: string, name: string): string {
  if (text.length >= 16) return text;
  throw new ConfigError(`${name} must have at least 16 characters.`);
}

/** Seconds as milliseconds; longer waits overflow Node's timers, which then fire at once. */
function seconds(text: string, name: string): number {
  const ms = wholeNumber(text, name) * 1000;
  if (ms < 2 ** 31) return ms;
  throw new ConfigError(`${name} must be at most ${Math.floor(2 ** 31 / 1000)}.`);
}

function word(words: readonly string[]): (text: string, name: string) => string {
  return (text, name) => {
    if (words.includes(text)) return text;
    throw new ConfigError(`${name} must be one of ${words.join(', ')}.`);
  };
}

function listed(words: readonly string[]): string {
  return words.map((each) => `\`${each}\``).join(', ');
}

function definedOnly<T extends object>(value: T): { [K in keyof T]?: NonNullable<T[K]> } {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as never;
}
