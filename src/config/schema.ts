import { z } from 'zod';
import { ACTIONS } from '../call/action.js';
import { FINDING_ACTIONS } from '../call/finding.js';
import { ConfigError, nearest } from '../errors/config-error.js';
import { isRedisUrl } from './redis-url.js';

const PII_SCANS = ['off', 'standard', 'strict'] as const;
/** Longer waits overflow Node's timers, which then fire at once. */
const MAX_MS = 2 ** 31 - 1;

const whole = (max: number): z.ZodNumber => z.int().min(1).max(max);
const milliseconds = whole(MAX_MS);
const count = whole(Number.MAX_SAFE_INTEGER);
const callable = <T>(): z.ZodType<T> => z.custom<T>((value) => typeof value === 'function', 'must be a function');

/** An object of the user's that must have one method; kept by reference, never copied. */
function having<T>(method: string): z.ZodType<T> {
  return z.custom<T>(
    (value) => typeof value === 'object' && value !== null && typeof (value as never)[method] === 'function',
    `must be an object with ${method}()`,
  );
}

const rateLimitShape = z.strictObject({
  maxPerMinute: count.optional(),
  maxPerHour: count.optional(),
  maxPerDay: count.optional(),
  maxConcurrent: count.optional(),
  by: z.array(z.string().min(1)).min(1).max(8).optional(),
});

const rateLimit = rateLimitShape.refine(
  ({ maxPerMinute, maxPerHour, maxPerDay, maxConcurrent }) =>
    [maxPerMinute, maxPerHour, maxPerDay, maxConcurrent].some((limit) => limit !== undefined),
  'limits nothing: set maxPerMinute, maxPerHour, maxPerDay or maxConcurrent',
);

const piiActions = z.record(z.string(), z.enum(FINDING_ACTIONS));

/** What every member and every item is called in the path of an argument. */
const argumentPath = z.string().regex(/^[^.]+(?:\.[^.]+)*$/, 'must be a path such as body, headers.* or items.*.token');

const perTool = {
  approvalRequired: z.boolean().optional(),
  piiScan: z.enum(PII_SCANS).optional(),
  piiActions: piiActions.optional(),
  policyAction: z.enum(ACTIONS).optional(),
  rateLimit: rateLimit.optional(),
  maskArguments: z.array(argumentPath).max(64).optional(),
};

const policyConfig = z.strictObject({
  defaultPiiScan: z.enum(PII_SCANS).optional(),
  defaultPolicyAction: z.enum(ACTIONS).optional(),
  defaultRateLimit: rateLimit.optional(),
  failOpen: z.boolean().optional(),
  hideBlockedTools: z.boolean().optional(),
  maxArgumentBytes: count.optional(),
  maxResultBytes: count.optional(),
  // Walking deeper than this could overflow the stack.
  maxDepth: whole(1000).optional(),
  maxKeys: count.optional(),
});

const redisUrl = z.custom<string>((value) => typeof value === 'string' && isRedisUrl(value));

const store = z.union([z.literal('memory'), redisUrl, having('eval'), having('query')], {
  error: "must be 'memory', redis://host:port, or a Redis, Valkey or Postgres client",
});

const policy = z.union([z.string().min(1), having('decide')], {
  error: 'must be a Policy, a PolicyHierarchy, an object with decide(), or the path of a YAML file',
});

const sinks = z.union([having('write'), z.array(having('write')).readonly()], {
  error: 'must be a sink (an object with write()) or several',
});

const audit = z.strictObject({
  sinks: sinks.optional(),
  params: z.enum(['redacted', 'hash', 'none']).optional(),
  hashKey: z
    .union([z.string(), z.instanceof(Uint8Array)])
    .refine((key) => key.length >= 16, 'must have at least 16 characters or bytes')
    .optional(),
  timeoutMs: milliseconds.optional(),
});

const pins = z.strictObject({
  file: z.string().min(1).optional(),
  onChange: z.enum(['warn', 'review', 'block']).optional(),
});

const governance = z.strictObject({
  // Empty where an environment variable that was handed on is not set.
  apiKey: z.string().optional(),
  apiUrl: z.string().optional(),
  decisionMode: z.enum(['snapshot', 'check']).optional(),
  policyTimeoutMs: milliseconds.optional(),
  scanTimeoutMs: milliseconds.optional(),
  approvalTimeoutMs: milliseconds.optional(),
  serverName: z.string().min(1).optional(),
  policyConfig: policyConfig.optional(),
  toolConfigs: z.custom<object>((v) => typeof v === 'object' && v !== null, 'must be an object or a Map').optional(),
  policy: policy.optional(),
  piiScanner: having('scan').optional(),
  piiActions: piiActions.optional(),
  onPolicyBlock: callable().optional(),
  identify: callable().optional(),
  rateLimitStore: store.optional(),
  audit: z.custom<object>((v) => typeof v === 'object' && v !== null, 'must be a sink or { sinks, ... }').optional(),
  pins: z.union([z.literal(false), pins], { error: 'must be { file, onChange }, or false' }).optional(),
  blockMode: z.enum(['error_result', 'raise']).optional(),
  attributePrefix: z.string().min(1).optional(),
});

const sessionGovernance = governance.omit({ serverName: true, onPolicyBlock: true, identify: true }).extend({
  agentName: z.string().optional(),
  userId: z.string().optional(),
  scanInputs: z.boolean().optional(),
  scanOutputs: z.boolean().optional(),
  rateLimit: rateLimit.optional(),
  failOpen: z.boolean().optional(),
});

const session = z.strictObject({
  serverName: z.string().min(1).optional(),
  onPolicyBlock: callable().optional(),
  // Checked by itself, so that an error names where it is.
  governanceConfig: z.custom<object>((v) => typeof v === 'object' && v !== null, 'must be an object').optional(),
});

const SCHEMAS = {
  options: governance,
  audit,
  sinks,
  init: governance.pick({ apiKey: true, apiUrl: true, decisionMode: true }),
  session,
  sessionGovernance,
  operatorTool: z.strictObject({ ...perTool, enabled: z.boolean().optional() }),
  authorTool: z.strictObject(perTool),
} as const;

/** Options of later versions. */
const LATER = ['controlplane'];

/** The schemas of the client's door, whose keys are near to one another only. */
const OF_SESSIONS: Partial<Record<keyof typeof SCHEMAS, readonly string[]>> = {
  init: Object.keys(SCHEMAS.init.shape),
  session: Object.keys(session.shape),
  sessionGovernance: Object.keys(sessionGovernance.shape),
};

const KNOWN_KEYS = [governance, policyConfig, SCHEMAS.operatorTool, rateLimitShape, audit, pins].flatMap((each) =>
  Object.keys(each.shape),
);

/**
 * Checks what a user wrote and gives back a copy of it: what is changed afterwards has not been checked.
 *
 * @param where - How the error text names the value (`toolConfigs.search`).
 * @throws ConfigError naming the first key that is wrong, and the nearest known one for a misspelt key.
 */
export function checkOptions<T>(schema: keyof typeof SCHEMAS, value: T, where: string): T {
  const checked = SCHEMAS[schema].safeParse(value);
  if (checked.success) return checked.data as T;
  const issue = checked.error.issues[0];
  const path = [where, ...(issue?.path ?? []).map(String)].filter(Boolean).join('.');
  if (issue?.code === 'unrecognized_keys') {
    const key = issue.keys[0] ?? '';
    throw new ConfigError(`${path ? `${path}: ` : ''}unknown option '${key}'.${hintOf(schema, path === where, key)}`);
  }
  throw new ConfigError(`${path || 'options'}: ${issue?.message ?? 'is not valid'}.`);
}

function hintOf(schema: keyof typeof SCHEMAS, outermost: boolean, key: string): string {
  const own = outermost ? OF_SESSIONS[schema] : undefined;
  if (own === undefined) return hintFor(key);
  if (schema === 'session' && Object.hasOwn(sessionGovernance.shape, key)) {
    return ` It belongs in governanceConfig: { ${key} }.`;
  }
  if (schema === 'sessionGovernance' && Object.hasOwn(session.shape, key))
    return ` It belongs beside governanceConfig.`;
  const near = nearest(key, own);
  return near === '' ? '' : ` Did you mean '${near}'?`;
}

/** Where a key belongs, or which one may be meant. */
function hintFor(key: string): string {
  if (LATER.includes(key)) return ' This version cannot do that yet.';
  if (key === 'policyFile') return " Give the file's path as policy.";
  if (key === 'enabled') return " Only the operator may set it: toolConfigs: { '<tool>': { enabled } }.";
  if (Object.hasOwn(policyConfig.shape, key)) return ` It belongs in policyConfig: { ${key} }.`;
  if (Object.hasOwn(perTool, key)) return ` It belongs in toolConfigs: { '<tool>': { ${key} } }.`;
  if (KNOWN_KEYS.includes(key)) return '';
  const near = nearest(key, KNOWN_KEYS);
  return near === '' ? '' : ` Did you mean '${near}'?`;
}
