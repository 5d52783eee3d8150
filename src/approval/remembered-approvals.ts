import { canonicalJson } from '../call/canonical-json.js';
import type { ToolCall } from '../call/tool-call.js';

/** What a remembered yes answers: the same question, asked again. */
export interface Question {
  readonly call: ToolCall;
  /** The tool's definition, as it was when it was asked. */
  readonly fingerprint: string;
  readonly policyId: string | undefined;
  readonly ruleName: string | undefined;
}

const MOST = 10_000;

/** The questions that were answered with a yes for as long as this process lives, and by whom; the newest 10,000. */
export class RememberedApprovals {
  readonly #approvers = new Map<string, string>();

  /** Who said yes to this question; undefined where nobody did. */
  find(question: Question): string | undefined {
    return this.#approvers.get(keyOf(question));
  }

  /** Remembers a yes. */
  add(question: Question, approver: string): void {
    const [oldest] = this.#approvers.keys();
    if (this.#approvers.size >= MOST && oldest !== undefined) this.#approvers.delete(oldest);
    this.#approvers.set(keyOf(question), approver);
  }
}

/** Whoever calls, the tool as it is now, and the rule that asks: where any is another, the question is another. */
function keyOf({ call, fingerprint, policyId, ruleName }: Question): string {
  const { agent, user, selfDeclared } = call.principal;
  // A name that nobody vouches for is anybody's: there the yes ends with the session of the protocol, too.
  const session = selfDeclared ? [call.sessionId] : [];
  return canonicalJson([agent, user, session, call.server, call.tool, fingerprint, policyId, ruleName]);
}
