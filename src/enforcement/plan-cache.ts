import type { CallToolContext } from '../call/host-request.js';
import { block } from '../call/verdict.js';
import { LimitError } from '../errors/policy-violation-error.js';
import type { Stage } from '../pipeline/stage.js';
import { compilePlan, type Plan, type PlanContext } from './plan.js';

/** Callers can invent tool names on a low-level server; so many plans are kept and no more. */
const MAX_PLANS = 10_000;

/** How records name a tool whose name is none. */
const UNNAMED = '(invalid name)';

/** At most 256 characters, and none that could pass for the end of a line or steer a terminal. */
function isToolName(tool: string): boolean {
  return tool.length <= 256 && !/\p{Cc}/u.test(tool);
}

/** What of a call picks its plan. */
export type PlanKey = Pick<CallToolContext, 'server' | 'tool' | 'definition'>;

/** Compiles the plan of each tool once, and again when the tool's tag or the policy is another. */
export class PlanCache {
  readonly #context: PlanContext;
  readonly #servers = new Map<string, Map<string, Plan>>();
  #size = 0;

  constructor(context: PlanContext) {
    this.#context = context;
  }

  /** The plan of a tool. */
  get({ server, tool, definition }: PlanKey): Plan {
    const plan = this.#servers.get(server)?.get(tool);
    const { version } = this.#context.policy;
    if (plan !== undefined && plan.tagged === definition?.tagged && plan.version === version) return plan;
    // A caller's invention: neither kept in memory nor written into any record.
    if (!isToolName(tool)) return this.unnamed(server);
    const compiled = compilePlan(this.#context, server, tool, definition, plan?.identity);
    this.#keep(server, tool, compiled);
    return compiled;
  }

  /** The plan of a tool whose name is none. */
  unnamed(server: string): Plan {
    const plan = compilePlan(this.#context, server, UNNAMED, undefined);
    const text = 'The name of the tool is longer than 256 characters or has control characters.';
    const refuse: Stage = {
      name: 'limits',
      run: () => block(new LimitError('invalid_tool_name', text)),
    };
    return { ...plan, config: { ...plan.config, enabled: true }, pipeline: { ...plan.pipeline, before: [refuse] } };
  }

  #keep(server: string, tool: string, plan: Plan): void {
    if (this.#size >= MAX_PLANS) {
      this.#servers.clear();
      this.#size = 0;
    }
    let tools = this.#servers.get(server);
    if (tools === undefined) {
      tools = new Map<string, Plan>();
      this.#servers.set(server, tools);
    }
    if (!tools.has(tool)) this.#size++;
    tools.set(tool, plan);
  }
}
