import { appliesTo, type CompiledRule, matchesTool } from '../compiled-rule.js';
import type { Subject } from '../subject.js';
import type { NamedGroup, RuleIndex } from './rule-index.js';

/** The rules that calls of one tool on one server may meet: what is left to ask is the caller and the conditions. */
export class Candidates {
  readonly #index: RuleIndex;
  readonly #rules: readonly CompiledRule[];
  readonly #named: readonly NamedGroup[];

  constructor(index: RuleIndex, tool: string, server: string) {
    this.#index = index;
    this.#rules = inOrder(index.rulesFor(tool, server).filter((rule) => matchesTool(rule, tool, server)));
    this.#named = index.namedGroupsFor(tool, server);
  }

  /** The first rule that applies. */
  first(subject: Subject): CompiledRule | undefined {
    if (this.#named.length > 0) return this.#firstOf(this.#namedFor(subject), subject);
    for (const rule of this.#rules) if (appliesTo(rule, subject)) return rule;
    return undefined;
  }

  /**
   * Every rule that applies, in order.
   *
   * @param counts - Which rules are asked at all. Default: every one.
   */
  all(subject: Subject, counts?: (rule: CompiledRule) => boolean): readonly CompiledRule[] {
    const rules = this.#named.length > 0 ? inOrder([...this.#rules, ...this.#namedFor(subject)]) : this.#rules;
    if (rules.length === 0) return rules;
    return rules.filter((rule) => (counts === undefined || counts(rule)) && appliesTo(rule, subject));
  }

  /** Walks two lists at once: those that anybody may meet are not sorted again for every call. */
  #firstOf(named: readonly CompiledRule[], subject: Subject): CompiledRule | undefined {
    const rules = this.#rules;
    for (let at = 0, other = 0; at < rules.length || other < named.length;) {
      const [rule, next] = [rules[at], named[other]];
      const isNext = rule === undefined || (next !== undefined && next.position < rule.position);
      const candidate = (isNext ? next : rule) as CompiledRule;
      if (appliesTo(candidate, subject)) return candidate;
      if (isNext) other++;
      else at++;
    }
    return undefined;
  }

  #namedFor({ tool, server, user, agent }: Subject): readonly CompiledRule[] {
    const named = this.#index.rulesNaming(user, agent, this.#named);
    return inOrder(named.filter((rule) => matchesTool(rule, tool, server)));
  }
}

/** Sorted by place, each once; the list is its own. */
function inOrder(rules: CompiledRule[]): readonly CompiledRule[] {
  if (rules.length < 2) return rules;
  rules.sort((a, b) => a.position - b.position);
  return rules.filter((rule, index) => rule !== rules[index - 1]);
}
