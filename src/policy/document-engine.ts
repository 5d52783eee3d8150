import { type Action, stricterAction } from '../call/action.js';
import type { Decision } from '../call/decision.js';
import type { ToolGovernanceConfig } from '../config/options.js';
import type { CompiledRule } from './compiled-rule.js';
import { toDecision, type DecisionSource } from './decisions.js';
import type { PolicyDocument, PolicyRule } from './document.js';
import type { PolicyEngine } from './engine.js';
import { explainRule } from './explain-rule.js';
import type { ExplanationStep, Phase } from './explanation.js';
import { Candidates } from './matching/candidates.js';
import type { RuleIndex } from './matching/rule-index.js';
import { ToolCache } from './matching/tool-cache.js';
import { type SettingsEntry, settingsIn } from './settings.js';
import type { Subject } from './subject.js';

/** What is known of a tool on a server before any call. */
interface ToolPlan {
  readonly mandatory: Candidates;
  /** The tool's own entry in `tools`. */
  readonly own: Decision | undefined;
  readonly ordinary: Candidates;
  /** What is left where no rule matches: an entry for `*`, or the defaults. */
  readonly fallback: Decision | undefined;
}

/** The parts that a document was compiled to. */
export interface DocumentParts {
  readonly document: PolicyDocument;
  readonly revision: string;
  /** All rules that exist, in order. */
  readonly rules: readonly CompiledRule[];
  /** Rules that are mandatory or final. */
  readonly mandatory: RuleIndex;
  readonly ordinary: RuleIndex;
}

/** True for a rule that is tried before all others. */
export function isMandatory({ rule }: CompiledRule): boolean {
  return rule.mandatory === true || rule.final === true;
}

/** Decides by one document. */
export class DocumentEngine implements PolicyEngine {
  readonly name: string | undefined;
  readonly revision: string;
  readonly rules: readonly PolicyRule[];
  readonly #parts: DocumentParts;
  readonly #source: DecisionSource;
  readonly #plans = new ToolCache((server, tool) => this.#plan(server, tool));
  readonly #tools: ReadonlyMap<string, ReadonlyMap<string, Decision>>;
  readonly #defaults: Decision | undefined;
  readonly #settings: readonly SettingsEntry[];
  /** What each rule decides, by its flags; made when it is first decided. */
  readonly #decisions = new Map<CompiledRule, Decision[]>();

  constructor(parts: DocumentParts) {
    const { name, defaults, tools, rules, settings } = parts.document;
    this.#parts = parts;
    this.name = name;
    this.revision = parts.revision;
    this.rules = rules;
    this.#source = { policyId: name, revision: parts.revision, risk: defaults?.risk };
    const noRule = defaults?.reason ?? 'No rule matches this call';
    this.#defaults = defaults && toDecision({ ...defaults, reason: noRule }, '<default>', this.#source);
    this.#tools = this.#toolTable(tools ?? {});
    this.#settings = settingsIn(settings ?? {});
  }

  /** The document in its canonical words. */
  get document(): PolicyDocument {
    return this.#parts.document;
  }

  /** Decides; undefined where the document has nothing to say. */
  opinion(subject: Subject): Decision | undefined {
    const plan = this.#plans.get(subject.server, subject.tool);
    const matching = plan.mandatory.all(subject);
    if (matching.length > 0) return this.#mandatoryDecision(matching);
    const rule = plan.ordinary.first(subject);
    if (plan.own !== undefined) {
      return rule?.action === 'block' && isLaxer(plan.own.action, 'block') ? this.#decisionOf(rule) : plan.own;
    }
    return rule === undefined ? plan.fallback : this.#decisionOf(rule);
  }

  /** What each rule says that matches and limits who may approve, or for how long. */
  limits(subject: Subject): readonly Decision[] {
    const { mandatory, ordinary } = this.#plans.get(subject.server, subject.tool);
    return [mandatory, ordinary].flatMap((each) =>
      each.all(subject, limitsApproval).map((rule) => this.#decisionOf(rule)),
    );
  }

  /** Says what was tried, in order, up to what decides. */
  explain(subject: Subject): readonly ExplanationStep[] {
    const steps: ExplanationStep[] = [];
    const { own, fallback } = this.#plan(subject.server, subject.tool);
    const { rules } = this.#parts;
    this.#explainRules(rules.filter(isMandatory), 'mandatory', subject, steps);
    if (steps.some(({ matched }) => matched)) return steps;
    if (own !== undefined) steps.push(entryStep('tool', own));
    if (own?.action === 'block') return steps;
    const others = rules.filter((rule) => !isMandatory(rule));
    if (this.#explainRules(others, 'rules', subject, steps) || own !== undefined) return steps;
    if (fallback !== undefined) steps.push(entryStep(fallback === this.#defaults ? 'defaults' : 'server', fallback));
    return steps;
  }

  /** All settings. */
  get settings(): readonly ToolGovernanceConfig[] {
    return this.#settings.map(({ config }) => config);
  }

  /** The settings of a tool. */
  settingsFor(server: string, tool: string): readonly ToolGovernanceConfig[] {
    return this.#settings
      .filter((entry) => entry.matchesServer(server) && entry.matchesTool(tool))
      .map(({ config }) => config);
  }

  /** Of the mandatory rules all are asked, even behind the one that decides: any of them may forbid approval. */
  #explainRules(rules: readonly CompiledRule[], phase: Phase, subject: Subject, steps: ExplanationStep[]): boolean {
    for (const rule of rules) {
      const step = explainRule(rule, phase, subject);
      steps.push(step);
      if (step.matched && phase === 'rules') return true;
    }
    return false;
  }

  #mandatoryDecision(matching: readonly CompiledRule[]): Decision {
    const first = matching[0] as CompiledRule;
    const mandatory = matching.some(({ rule }) => rule.mandatory === true);
    const final = first.action === 'block' && matching.some(({ rule }) => rule.final === true);
    return this.#decisionOf(first, mandatory, final);
  }

  #decisionOf(rule: CompiledRule, mandatory = false, final = false): Decision {
    let made = this.#decisions.get(rule);
    if (made === undefined) this.#decisions.set(rule, (made = []));
    const flags = (mandatory ? 1 : 0) + (final ? 2 : 0);
    return (made[flags] ??= toDecision(rule.rule, rule.name, this.#source, mandatory, final));
  }

  #plan(server: string, tool: string): ToolPlan {
    const named = this.#tools.get(server);
    const any = this.#tools.get('*');
    return {
      mandatory: new Candidates(this.#parts.mandatory, tool, server),
      // A tool that is itself called `*` has no entry of its own.
      own: tool === '*' ? undefined : (named?.get(tool) ?? any?.get(tool)),
      ordinary: new Candidates(this.#parts.ordinary, tool, server),
      fallback: named?.get('*') ?? any?.get('*') ?? this.#defaults,
    };
  }

  #toolTable(tools: NonNullable<PolicyDocument['tools']>): ReadonlyMap<string, ReadonlyMap<string, Decision>> {
    const toEntries = (server: string, actions: Readonly<Record<string, Action>>) =>
      Object.entries(actions).map(([tool, action]): [string, Decision] => [
        tool,
        toDecision({ action, reason: `tools: ${server}: ${tool} says ${action}` }, '<tools>', this.#source),
      ]);
    return new Map(Object.entries(tools).map(([server, actions]) => [server, new Map(toEntries(server, actions))]));
  }
}

function isLaxer(action: Action, than: Action): boolean {
  return action !== than && stricterAction(action, than) === than;
}

function limitsApproval({ action, rule }: CompiledRule): boolean {
  if (action !== 'review' && action !== 'block') return false;
  return (rule.approvers?.length ?? 0) > 0 || rule.timeout_minutes !== undefined;
}

function entryStep(phase: Phase, { ruleName = '' }: Decision): ExplanationStep {
  return { phase, rule: ruleName, matched: true, reasons: [] };
}
