import type { Finding, FindingAction, PIIScanner } from '../call/finding.js';
import type { ListedTool } from '../call/host-request.js';
import { block } from '../call/verdict.js';
import { PiiError } from '../errors/policy-violation-error.js';
import { settleFault } from '../pipeline/settle-fault.js';
import type { Stage } from '../pipeline/stage.js';
import type { Scanning } from '../stages/scan-input.js';
import { scanOutgoing } from '../stages/scan-output.js';
import type { Plan } from './plan.js';

/** What judging the definitions of tools stands on. */
export interface ToolDefinitionsOptions {
  /** Finds hostile text; the rest of what it finds is of no concern here. */
  readonly scanner: PIIScanner;
  readonly failOpen: boolean;
  /** Told of each type in a tool's definition, once for a tool. */
  readonly onType: (policyId: string, type: string, action: FindingAction) => void;
  /** Told of what each new definition holds. */
  readonly onFindings: (findings: readonly Finding[]) => void;
  /** Told of each definition that could not be scanned. */
  readonly onFault: (policyId: string, fault: unknown, open: boolean) => void;
}

/** What is known of a tool's definition as it was listed last. */
interface Known {
  /** What it was judged by. */
  readonly plan: Plan;
  /** The definition that was judged. */
  readonly json: string;
  /** What is listed in its place; undefined for the definition itself. */
  readonly instead: ListedTool | undefined;
  /** What calls are judged by where the tool is hidden; undefined where it is not. */
  readonly refusing: Plan | undefined;
  readonly said: Set<string>;
}

/**
 * Looks for hostile text in what `tools/list` says of tools: a model reads all of it, before anybody calls anything.
 *
 * Only findings of category `text` count, for a definition may well name an address. A definition is scanned when it is
 * new or another than before.
 */
export class ToolDefinitions {
  readonly #options: ToolDefinitionsOptions;
  /** By the identity of plans: what is known of a tool outlasts a change of its plan. */
  readonly #known = new WeakMap<object, Known>();
  #refusesAny = false;

  constructor(options: ToolDefinitionsOptions) {
    this.#options = options;
  }

  /** The tools that may be listed, each as it may be; the very list where nothing is found. */
  async list(
    tools: readonly ListedTool[],
    planOf: (tool: string) => Plan,
    signal: AbortSignal | undefined,
  ): Promise<readonly ListedTool[]> {
    const listed: unknown = tools;
    // A low-level server may answer with anything: what is no list and what is no tool is its business.
    if (!Array.isArray(listed)) return tools;
    const judged = await Promise.all(
      tools.map((tool) => (typeof tool?.name === 'string' ? this.#judge(tool, planOf(tool.name), signal) : tool)),
    );
    if (judged.every((tool, at) => tool === tools[at])) return tools;
    return judged.filter((tool) => tool !== undefined);
  }

  /** What a call is judged by: the plan of its tool, or a refusal where the definition that was listed last is blocked. */
  planOf(plan: Plan): Plan {
    return this.#refusesAny ? (this.#known.get(plan.identity)?.refusing ?? plan) : plan;
  }

  async #judge(tool: ListedTool, plan: Plan, signal: AbortSignal | undefined): Promise<ListedTool | undefined> {
    if (!plan.config.enabled || plan.outgoing === undefined) return tool;
    const { failOpen, onFault } = this.#options;
    try {
      const json = JSON.stringify(tool);
      const before = this.#known.get(plan.identity);
      const same = before?.json === json && before.plan === plan;
      const known = same ? before : await this.#scan(json, plan, plan.outgoing, before, signal);
      return known.refusing === undefined ? (known.instead ?? tool) : undefined;
    } catch (fault) {
      const report = (_: string, each: unknown, open: boolean): void => {
        onFault(plan.named.policyId, each, open);
      };
      return settleFault('tools/list', fault, true, failOpen, report) === 'open' ? tool : undefined;
    }
  }

  async #scan(
    json: string,
    plan: Plan,
    outgoing: Scanning,
    before: Known | undefined,
    signal: AbortSignal | undefined,
  ): Promise<Known> {
    const policy = (finding: Finding): FindingAction =>
      finding.category === 'text' ? outgoing.policy(finding) : 'allow';
    // As it will be written: that is what the client reads.
    const written = JSON.parse(json) as ListedTool;
    const scanning = { ...outgoing, scanner: this.#options.scanner, policy };
    const scanned = await scanOutgoing(written, plan.tool, signal, scanning);
    const findings = scanned?.findings ?? [];
    const said = before?.said ?? new Set<string>();
    for (const finding of findings) {
      if (!said.has(finding.type)) this.#options.onType(plan.named.policyId, finding.type, policy(finding));
      said.add(finding.type);
    }
    this.#options.onFindings(findings);
    const hidden = hiddenFor(scanned?.blocked ?? [], findings, policy);
    const instead = scanned?.changed === true ? (scanned.value as ListedTool) : undefined;
    const refused = hidden.length === 0 ? undefined : refusing(plan, hidden);
    const known: Known = { plan, json, instead, refusing: refused, said };
    this.#refusesAny ||= hidden.length > 0;
    this.#known.set(plan.identity, known);
    return known;
  }
}

/** The types for which a tool is hidden: those that are blocked, or in its name, which cannot be another. */
function hiddenFor(
  blocked: readonly string[],
  findings: readonly Finding[],
  policy: (finding: Finding) => FindingAction,
): readonly string[] {
  const named = findings.filter((each) => each.path === '$.name' && policy(each) === 'redact').map(({ type }) => type);
  return [...new Set([...blocked, ...named])];
}

function refusing(plan: Plan, types: readonly string[]): Plan {
  const text = `The definition of ${plan.named.tool} holds ${types.join(', ')}, which may not reach a model.`;
  const refuse: Stage = { name: 'scan-input', run: () => block(new PiiError('hostile_definition', text, types)) };
  return { ...plan, pipeline: { ...plan.pipeline, before: [refuse] } };
}
