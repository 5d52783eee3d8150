import { isGlob } from '../../call/glob.js';
import type { CompiledRule, NamePatterns } from '../compiled-rule.js';

/** A group up to this size is walked rather than looked up. */
const SMALL = 32;

type Table = Map<string, CompiledRule[]>;

/** Rules that the same tools meet; once there are many, sorted by the user or the agent where they name one exactly. */
export class RuleGroup {
  /** The rules that every caller may meet, in order. */
  #rules: CompiledRule[] = [];
  #tables: { readonly users: Table; readonly agents: Table } | undefined;

  /** Adds a rule; rules come in their order. */
  add(rule: CompiledRule): void {
    // A rule may come several times, once for each of its patterns.
    if (this.#rules.at(-1) === rule) return;
    if (this.#tables === undefined) {
      this.#rules.push(rule);
      if (this.#rules.length > SMALL) this.#split();
    } else if (!addByName(this.#tables.users, rule.user, rule) && !addByName(this.#tables.agents, rule.agent, rule)) {
      this.#rules.push(rule);
    }
  }

  /** The rules that any caller may meet. */
  get rules(): readonly CompiledRule[] {
    return this.#rules;
  }

  /** True where some rules are found by the caller's name only. */
  get hasNamed(): boolean {
    return this.#tables !== undefined && this.#tables.users.size + this.#tables.agents.size > 0;
  }

  /** Adds the rules that name this user, or this agent, to a list. */
  collect(user: string, agent: string, into: CompiledRule[]): void {
    for (const rule of this.#tables?.users.get(user) ?? []) into.push(rule);
    for (const rule of this.#tables?.agents.get(agent) ?? []) into.push(rule);
  }

  #split(): void {
    const all = this.#rules;
    this.#rules = [];
    this.#tables = { users: new Map(), agents: new Map() };
    for (const rule of all) this.add(rule);
  }
}

/** Adds a rule under every name it gives exactly; false where it gives none. */
function addByName(table: Table, names: NamePatterns | undefined, rule: CompiledRule): boolean {
  if (names === undefined || names.patterns.some(isGlob)) return false;
  for (const name of names.patterns) {
    const rules = table.get(name);
    if (rules === undefined) table.set(name, [rule]);
    else if (rules.at(-1) !== rule) rules.push(rule);
  }
  return true;
}
