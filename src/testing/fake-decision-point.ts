import type { Decision, DecisionPoint } from '../call/decision.js';
import type { ToolCall } from '../call/tool-call.js';

/** A decision point that answers as told and remembers what it was asked. */
export class FakeDecisionPoint implements DecisionPoint {
  /** The calls it was asked about, oldest first. */
  readonly asked: ToolCall[] = [];
  readonly #answer: (call: ToolCall) => Decision | Promise<Decision>;

  /** @param answer - The decision for every call, or a function that makes it, or throws. Default allow. */
  constructor(answer: Decision | ((call: ToolCall) => Decision | Promise<Decision>) = { action: 'allow' }) {
    this.#answer = typeof answer === 'function' ? answer : () => answer;
  }

  /** Remembers the call and answers as told. */
  decide(call: ToolCall): Decision | Promise<Decision> {
    this.asked.push(call);
    return this.#answer(call);
  }
}
