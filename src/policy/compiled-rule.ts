import type { Action } from '../call/action.js';
import { compileGlob, isGlob, type NameMatcher } from '../call/glob.js';
import type { Condition } from './conditions/condition.js';
import type { Patterns, PolicyRule } from './document.js';
import type { Subject } from './subject.js';
import { TRUE, UNKNOWN } from './truth.js';

/** Names that a rule is about: globs of which one has to match. */
export class NamePatterns {
  /** Compiled when it is asked first: the index finds most rules without asking most globs. */
  #matcher: NameMatcher | undefined;

  constructor(private readonly written: Patterns) {}

  /** The globs. */
  get patterns(): readonly string[] {
    return typeof this.written === 'string' ? [this.written] : this.written;
  }

  /** True where one of them matches. */
  matches(name: string): boolean {
    return (this.#matcher ??= matcherOf(this.written))(name);
  }
}

/** A rule as it decides. */
export interface CompiledRule {
  /** Its place in the document, from 0. */
  readonly position: number;
  /** Its name, or its place as one. */
  readonly name: string;
  readonly rule: PolicyRule;
  readonly action: Action;
  /** Undefined: any. */
  readonly tool: NamePatterns | undefined;
  readonly server: NamePatterns | undefined;
  readonly agent: NamePatterns | undefined;
  readonly user: NamePatterns | undefined;
  readonly condition: Condition | undefined;
  /** Milliseconds since 1970 from which on it does not exist. */
  readonly expiresAt: number;
  /** True where the tool and the server alone say whether it matches. */
  readonly unconditional: boolean;
}

/** Compiles a rule that was checked. */
export function compileRule(rule: PolicyRule, position: number, condition: Condition | undefined): CompiledRule {
  const { match, action } = rule;
  const agent = toPatterns(match?.agent);
  const user = toPatterns(match?.user);
  const expiresAt = rule.expires_at === undefined ? Infinity : Date.parse(rule.expires_at);
  return {
    position,
    name: rule.name ?? `rules[${position}]`,
    rule,
    action,
    tool: toPatterns(match?.tool),
    server: toPatterns(match?.server),
    agent,
    user,
    condition,
    expiresAt,
    unconditional:
      agent === undefined && user === undefined && condition === undefined && rule.expires_at === undefined,
  };
}

/** True where the tool and the server are among those the rule is about. */
export function matchesTool(rule: CompiledRule, tool: string, server: string): boolean {
  return rule.tool?.matches(tool) !== false && rule.server?.matches(server) !== false;
}

/**
 * True where a rule whose tool and server match applies to a call.
 *
 * A condition that cannot be evaluated counts against the call: review and block apply, all others do not.
 */
export function appliesTo(rule: CompiledRule, subject: Subject): boolean {
  if (rule.unconditional) return true;
  if (rule.expiresAt <= subject.now) return false;
  if (rule.agent?.matches(subject.agent) === false || rule.user?.matches(subject.user) === false) return false;
  return rule.condition === undefined || rule.condition.test(subject) >= leastTruth(rule.action);
}

function leastTruth(action: Action): number {
  return action === 'review' || action === 'block' ? UNKNOWN : TRUE;
}

function toPatterns(written: Patterns | undefined): NamePatterns | undefined {
  if (written === undefined || written === '*') return undefined;
  return typeof written !== 'string' && written.includes('*') ? undefined : new NamePatterns(written);
}

function matcherOf(written: Patterns): NameMatcher {
  if (typeof written === 'string') return compileGlob(written);
  const exact = new Set(written.filter((pattern) => !isGlob(pattern)));
  const globs = written.filter(isGlob).map(compileGlob);
  return (name) => exact.has(name) || globs.some((matches) => matches(name));
}
