import { type Action, stricterAction } from '../call/action.js';
import { FINDING_ACTIONS, type FindingAction } from '../call/finding.js';
import type { RateLimitOptions, RateLimitRule } from '../rate-limit/rate-limit-rule.js';
import type { PiiActions, PiiScan, ToolGovernanceConfig } from './options.js';

const SCANS: readonly PiiScan[] = ['off', 'standard', 'strict'];
const WINDOWS = ['maxPerMinute', 'maxPerHour', 'maxPerDay', 'maxConcurrent'] as const;
const DEFAULT_BY = ['tool', 'principal'] as const;

/** What one side asked for about findings. */
export interface PiiFloor {
  readonly piiScan: PiiScan | undefined;
  readonly piiActions: ReadonlyMap<string, FindingAction>;
}

/** What governs one tool, with every field settled. */
export interface ResolvedToolConfig {
  readonly enabled: boolean;
  readonly approvalRequired: boolean;
  readonly piiScan: PiiScan;
  readonly piiActions: ReadonlyMap<string, FindingAction>;
  /** What the operator and the author asked for, each alone: nothing laxer may be done. */
  readonly piiFloors: readonly PiiFloor[];
  /** The operator's word, before the policy's. */
  readonly operatorAction: Action | undefined;
  /** The author's word, which can only tighten. */
  readonly authorAction: Action | undefined;
  readonly rateLimits: readonly RateLimitRule[];
  /** Paths of arguments that records and approvers do not see: whatever anybody asked for. */
  readonly maskArguments: readonly string[];
}

/** The server defaults that a tool's own settings replace. */
export interface ToolDefaults {
  readonly piiScan: PiiScan;
  readonly piiActions: PiiActions;
  readonly rateLimit: RateLimitOptions | undefined;
}

/**
 * Settles one tool: all matching entries of the operator and the author's tag merge to the strictest, field by field;
 * what they say replaces the defaults of the server.
 */
export function resolveToolConfig(
  defaults: ToolDefaults,
  operator: readonly ToolGovernanceConfig[],
  author: ToolGovernanceConfig | undefined,
): ResolvedToolConfig {
  const all = author === undefined ? operator : [...operator, author];
  const enabled = operator.map((each) => each.enabled).filter((each) => each !== undefined);
  const limits = all.map((each) => each.rateLimit).filter((each) => each !== undefined);
  return Object.freeze({
    enabled: enabled.length === 0 || enabled.includes(true),
    approvalRequired: all.some((each) => each.approvalRequired === true),
    piiScan:
      strictest(
        SCANS,
        all.map((each) => each.piiScan),
      ) ?? defaults.piiScan,
    piiActions: mergePiiActions(defaults.piiActions, all),
    piiFloors: author === undefined ? [] : [toFloor(defaults.piiActions, operator), toFloor({}, [author])],
    operatorAction: strictestAction(operator),
    authorAction: author?.policyAction,
    rateLimits: mergeRateLimits([...limits, ...unsaid(defaults.rateLimit, limits)]),
    maskArguments: [...new Set(all.flatMap((each) => each.maskArguments ?? []))],
  });
}

/**
 * Settings of a controlplane together with the server defaults that nothing local replaced: they can tighten those, and
 * never loosen them.
 *
 * @param local - What the operator and the author say of the tool.
 */
export function heldToDefaults(
  central: readonly ToolGovernanceConfig[],
  defaults: ToolDefaults,
  local: readonly ToolGovernanceConfig[],
): readonly ToolGovernanceConfig[] {
  if (central.length === 0) return central;
  const scans = local.some(({ piiScan }) => piiScan !== undefined);
  const types = new Set(local.flatMap(({ piiActions = {} }) => Object.keys(piiActions)));
  const limits = local.map(({ rateLimit }) => rateLimit).filter((each) => each !== undefined);
  const [rateLimit] = unsaid(defaults.rateLimit, limits);
  const floor: ToolGovernanceConfig = {
    ...(scans ? {} : { piiScan: defaults.piiScan }),
    piiActions: Object.fromEntries(Object.entries(defaults.piiActions).filter(([type]) => !types.has(type))),
    ...(rateLimit === undefined ? {} : { rateLimit }),
  };
  return [floor, ...central];
}

/** The strictest of some words, by their order in `scale`; undefined where nobody said anything. */
function strictest<T>(scale: readonly T[], said: readonly (T | undefined)[]): T | undefined {
  const ranks = said.map((each) => (each === undefined ? -1 : scale.indexOf(each)));
  return scale[Math.max(-1, ...ranks)];
}

function strictestAction(configs: readonly ToolGovernanceConfig[]): Action | undefined {
  const said = configs.map((each) => each.policyAction).filter((each) => each !== undefined);
  return said.length === 0 ? undefined : said.reduce(stricterAction);
}

function mergePiiActions(
  defaults: PiiActions,
  configs: readonly ToolGovernanceConfig[],
): ReadonlyMap<string, FindingAction> {
  const merged = new Map(Object.entries(defaults));
  const own = new Map<string, FindingAction>();
  for (const [type, action] of configs.flatMap((each) => Object.entries(each.piiActions ?? {}))) {
    own.set(type, strictest(FINDING_ACTIONS, [own.get(type), action]) ?? action);
  }
  for (const [type, action] of own) merged.set(type, action);
  return merged;
}

function toFloor(defaults: PiiActions, configs: readonly ToolGovernanceConfig[]): PiiFloor {
  const piiScan = strictest(
    SCANS,
    configs.map((each) => each.piiScan),
  );
  return { piiScan, piiActions: mergePiiActions(defaults, configs) };
}

/** The windows of the default limit of which nobody said anything: those stay. */
function unsaid(defaults: RateLimitOptions | undefined, said: readonly RateLimitOptions[]): RateLimitOptions[] {
  if (defaults === undefined) return [];
  const open = WINDOWS.filter((window) => said.every((limit) => limit[window] === undefined));
  return [{ by: defaults.by, ...Object.fromEntries(open.map((window) => [window, defaults[window]])) }];
}

/** Limits over the same key merge to the lowest; limits that differ in `by` stay apart and all apply. */
function mergeRateLimits(limits: readonly RateLimitOptions[]): readonly RateLimitRule[] {
  const merged = new Map<string, RateLimitRule>();
  for (const limit of limits) {
    const by = [...new Set(limit.by ?? DEFAULT_BY)].sort();
    const key = JSON.stringify(by);
    const rule = merged.get(key);
    const lowest = WINDOWS.map((window) => [window, lower(rule?.[window], limit[window])]);
    merged.set(key, { ...(Object.fromEntries(lowest) as Omit<RateLimitRule, 'by'>), by });
  }
  return [...merged.values()].filter((rule) => WINDOWS.some((window) => rule[window] !== undefined));
}

function lower(a: number | undefined, b: number | undefined): number | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return Math.min(a, b);
}
