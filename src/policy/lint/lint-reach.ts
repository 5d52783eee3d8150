import { ACTIONS } from '../../call/action.js';
import { compileGlob, globLiterals } from '../../call/glob.js';
import { canonicalJson } from '../../call/canonical-json.js';
import type { PolicyDocument, PolicyRule } from '../document.js';
import { listOf } from './covers-names.js';
import { coversRule } from './implies.js';
import type { LintFinding } from './lint-finding.js';

/** A rule in its place. */
interface Placed {
  readonly rule: PolicyRule;
  readonly position: number;
  readonly name: string;
}

/** Finds rules that never decide a call, as others are certain to decide it before them. */
export function lintReach({ rules, tools = {} }: PolicyDocument, now: number): readonly LintFinding[] {
  const findings: LintFinding[] = [];
  const existing = rules
    .map((rule, position): Placed => ({ rule, position, name: rule.name ?? `rules[${position}]` }))
    .filter(({ rule }) => rule.enabled !== false);
  const living = existing.filter(({ rule }) => !hasExpired(rule, now));
  for (const each of existing.filter(({ rule }) => hasExpired(rule, now))) findings.push(expired(each));
  const earlier = new Earlier();
  for (const each of living.filter(isFirst)) addUnless(findings, each, earlier);
  const ordinary = living.filter((each) => !isFirst(each));
  for (const each of ordinary) {
    const masked = isDecidedByTable(each, ordinary, tools);
    if (masked) findings.push(decidedByTable(each));
    addUnless(masked ? [] : findings, each, earlier);
  }
  return findings;
}

/** Adds what is the matter with a rule, and keeps it for those behind it. */
function addUnless(findings: LintFinding[], each: Placed, earlier: Earlier): void {
  const wide = earlier.covering(each);
  const finding = wide && coveredBy(each, wide);
  if (finding !== undefined) findings.push(finding);
  earlier.add(each);
}

/** The rules that are tried before the one in question, by how their tools begin, as documents may hold 10,000. */
class Earlier {
  readonly #byPrefix = new Map<string, Placed[]>();

  add(placed: Placed): void {
    for (const prefix of new Set(listOf(placed.rule.match?.tool).map((pattern) => globLiterals(pattern).prefix))) {
      const known = this.#byPrefix.get(prefix);
      if (known === undefined) this.#byPrefix.set(prefix, [placed]);
      else known.push(placed);
    }
  }

  /** Whatever covers a rule has a pattern that covers its first one, and begins with no more than that one does. */
  covering({ rule }: Placed): Placed | undefined {
    const [first = '*'] = listOf(rule.match?.tool);
    for (let length = 0; length <= first.length; length++) {
      const found = this.#byPrefix.get(first.slice(0, length))?.find((each) => coversRule(each.rule, rule));
      if (found !== undefined) return found;
    }
    return undefined;
  }
}

function isFirst({ rule }: Placed): boolean {
  return rule.mandatory === true || rule.final === true;
}

function hasExpired(rule: PolicyRule, now: number): boolean {
  return rule.expires_at !== undefined && Date.parse(rule.expires_at) <= now;
}

function expired({ rule, position, name }: Placed): LintFinding {
  return {
    code: 'unreachable',
    steps: ['rules', position, 'expires_at'],
    message: `the rule '${name}' expired at ${String(rule.expires_at)} and does not exist any more`,
    fix: 'Remove it, or give it a later expires_at.',
  };
}

function coveredBy(each: Placed, wide: Placed): LintFinding | undefined {
  const { rule, position, name } = each;
  const other = `'${wide.name}' (${wide.rule.action})`;
  const order = isFirst(wide) && !isFirst(each) ? 'is tried first, as it is mandatory or final' : 'stands before it';
  const steps = ['rules', position];
  if (wide.rule.action !== rule.action && scopeOf(wide.rule) === scopeOf(rule)) {
    const message = `the rules '${name}' (${rule.action}) and ${other} are about the very same calls and say different things; '${wide.name}' ${order}`;
    return { code: 'contradictory', steps, message, fix: 'Keep the one that is meant.' };
  }
  if (ACTIONS.indexOf(wide.rule.action) < ACTIONS.indexOf(rule.action)) {
    const message = `the rule '${name}' (${rule.action}) never decides: every call it matches is matched by the laxer ${other}, which ${order}`;
    return { code: 'shadowed', steps, message, fix: `Move '${name}' before '${wide.name}', or narrow '${wide.name}'.` };
  }
  // Behind a rule that decides, these still add their flags to the decision.
  if (isFirst(each) && addsFlags(rule, wide.rule)) return undefined;
  const message = `no call reaches the rule '${name}': every call it matches is matched by ${other}, which ${order}`;
  return { code: 'unreachable', steps, message, fix: `Remove '${name}', or narrow '${wide.name}'.` };
}

function addsFlags(rule: PolicyRule, wide: PolicyRule): boolean {
  return (rule.mandatory === true && wide.mandatory !== true) || (rule.final === true && wide.final !== true);
}

function scopeOf({ match, when, conditions, expires_at: expiry }: PolicyRule): string {
  return canonicalJson([match ?? {}, when ?? {}, conditions ?? {}, expiry ?? '']);
}

/** True where every tool of a rule has an entry of its own in `tools`, and the rule can neither tighten nor mask it. */
function isDecidedByTable({ rule, position }: Placed, rules: readonly Placed[], tools: Tools): boolean {
  const names = listOf(rule.match?.tool);
  if (names.some((name) => /[*?[]/.test(name))) return false;
  const entries = names.flatMap((name) => entriesFor(name, rule, tools));
  if (entries.includes(undefined)) return false;
  if (rule.action === 'block') return entries.every((action) => action === 'block');
  // A rule that matches before a block keeps the block from overruling the table.
  return !rules.some(
    (later) =>
      later.position > position &&
      later.rule.action === 'block' &&
      listOf(later.rule.match?.tool).some((pattern) => names.some(compileGlob(pattern))),
  );
}

type Tools = NonNullable<PolicyDocument['tools']>;

/** What the table says of a tool on the servers of a rule; undefined among it where it says nothing. */
function entriesFor(tool: string, rule: PolicyRule, tools: Tools): readonly (string | undefined)[] {
  const entry = (server: string): string | undefined =>
    Object.hasOwn(tools, server) && Object.hasOwn(tools[server] ?? {}, tool) ? tools[server]?.[tool] : undefined;
  const servers = listOf(rule.match?.server);
  // On a server that no entry names, the entry for any server holds; on one that is named, its own.
  if (servers.some((server) => /[*?[]/.test(server)))
    return [entry('*'), ...Object.keys(tools).map((each) => entry(each) ?? entry('*'))];
  return servers.map((server) => entry(server) ?? entry('*'));
}

function decidedByTable({ rule, position, name }: Placed): LintFinding {
  return {
    code: 'unreachable',
    steps: ['rules', position],
    message: `the rule '${name}' (${rule.action}) never decides: each of its tools has its own entry in 'tools', which goes before`,
    fix: "Remove the rule, or the entries in 'tools'.",
  };
}
