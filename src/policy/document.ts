import type { Action, Risk } from '../call/action.js';
import type { FindingAction } from '../call/finding.js';
import type { PiiScan } from '../config/options.js';

/** A policy document in its canonical words: what `Policy.document` holds, frozen. */
export interface PolicyDocument {
  readonly version: 1;
  /** The policy's name, as decisions and records cite it. */
  readonly name?: string;
  /** What is decided where nothing else says anything. */
  readonly defaults?: PolicyDefaults;
  /** Server or `*`, then tool or `*`: what is decided for that tool. */
  readonly tools?: Readonly<Record<string, Readonly<Record<string, Action>>>>;
  /** Tried in order; the first match decides. */
  readonly rules: readonly PolicyRule[];
  /** Globs of servers, then of tools: what else is done for those tools. */
  readonly settings?: Readonly<Record<string, Readonly<Record<string, ToolSettings>>>>;
  /** Calls with the decision that is expected. */
  readonly tests?: readonly PolicyTest[];
}

/** What is decided where no rule matches. */
export interface PolicyDefaults {
  readonly action: Action;
  readonly risk?: Risk;
  readonly reason?: string;
}

/** One rule of a policy. */
export interface PolicyRule {
  readonly name?: string;
  readonly match?: RuleMatch;
  readonly when?: WhenDocument;
  readonly conditions?: ReferenceConditions;
  readonly action: Action;
  readonly reason?: string;
  readonly risk?: Risk;
  readonly approvers?: readonly string[];
  readonly timeout_minutes?: number;
  readonly throttle_delay_seconds?: number;
  readonly final?: boolean;
  readonly mandatory?: boolean;
  readonly enabled?: boolean;
  readonly expires_at?: string;
  readonly metadata?: Readonly<Record<string, unknown>>;
}

/** A glob, or several of which one has to match. */
export type Patterns = string | readonly string[];

/** Whose calls a rule is about; what is left out is any. */
export interface RuleMatch {
  readonly tool?: Patterns;
  readonly server?: Patterns;
  readonly agent?: Patterns;
  readonly user?: Patterns;
}

/** A window of time. */
export interface TimeDocument {
  /** `HH:MM`; that minute is inside. */
  readonly after?: string;
  /** `HH:MM`; that minute is outside. */
  readonly before?: string;
  /** A time zone's IANA name. Default `UTC`. */
  readonly zone?: string;
  /** 1 for Monday to 7 for Sunday. */
  readonly weekdays?: readonly number[];
}

/** Conditions: paths with operators, `time`, and `all`, `any`, `not` of such mappings. All entries have to hold. */
export interface WhenDocument {
  readonly all?: readonly WhenDocument[];
  readonly any?: readonly WhenDocument[];
  readonly not?: WhenDocument;
  readonly time?: TimeDocument;
  readonly [path: string]: unknown;
}

/** Conditions in the reference's words: top-level arguments, and times in UTC. */
export interface ReferenceConditions {
  readonly param_eq?: Readonly<Record<string, unknown>>;
  readonly param_gt?: Readonly<Record<string, unknown>>;
  readonly param_lt?: Readonly<Record<string, unknown>>;
  readonly param_gte?: Readonly<Record<string, unknown>>;
  readonly param_lte?: Readonly<Record<string, unknown>>;
  readonly param_contains?: Readonly<Record<string, unknown>>;
  readonly param_matches?: Readonly<Record<string, unknown>>;
  readonly time_after?: string;
  readonly time_before?: string;
  readonly weekdays?: readonly number[];
}

/** What the stages do for a tool besides deciding. */
export interface ToolSettings {
  readonly approval_required?: boolean;
  readonly pii_scan?: PiiScan;
  readonly pii_actions?: Readonly<Record<string, FindingAction>>;
  readonly rate_limit?: RateLimitSettings;
}

/** How many calls are admitted. */
export interface RateLimitSettings {
  readonly max_per_minute?: number;
  readonly max_per_hour?: number;
  readonly max_per_day?: number;
  readonly max_concurrent?: number;
  readonly by?: readonly string[];
}

/** One test of a policy. */
export interface PolicyTest {
  readonly name?: string;
  readonly call: PolicyTestCall;
  /** The action that is expected. */
  readonly expect: Action;
  /** The rule that is expected to decide. */
  readonly rule?: string;
}

/** The call of a test. */
export interface PolicyTestCall {
  readonly server?: string;
  readonly tool: string;
  readonly args?: Readonly<Record<string, unknown>>;
  /** `agent`, `user` and whatever attributes the conditions read, side by side. */
  readonly principal?: Readonly<Record<string, unknown>>;
  readonly annotations?: Readonly<Record<string, unknown>>;
  /** When the call is made (ISO 8601). Default: now. */
  readonly now?: string;
}
