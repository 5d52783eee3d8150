import type { CallToolContext } from '../call/host-request.js';
import { compilePlan, type Plan, type PlanContext } from './plan.js';

/** Callers can invent tool names on a low-level server; so many plans are kept and no more. */
const MAX_PLANS = 10_000;

/** What of a call picks its plan. */
export type PlanKey = Pick<CallToolContext, 'server' | 'tool' | 'definition'>;

/** Compiles the plan of each tool once, and again when the tool's tag is another. */
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
    if (plan !== undefined && plan.tagged === definition?.tagged) return plan;
    const compiled = compilePlan(this.#context, server, tool, definition);
    this.#keep(server, tool, compiled);
    return compiled;
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
