/** Somebody who waits for an answer, and how to give it. */
interface Waiting<Q> {
  readonly question: Q;
  readonly answer: (approver: string) => void;
}

/** The requests of one enforcement point that nobody has answered yet. */
export class WaitingRequests<Q> {
  readonly #all = new Set<Waiting<Q>>();

  /** Waits for a yes that was meant for more than one request. `leave` ends the waiting. */
  join(question: Q): { readonly approved: Promise<string>; readonly leave: () => void } {
    let answer!: (approver: string) => void;
    const approved = new Promise<string>((resolve) => (answer = resolve));
    const waiting = { question, answer };
    this.#all.add(waiting);
    return { approved, leave: () => this.#all.delete(waiting) };
  }

  /** Says yes to all whose question is settled by it. */
  approve(approver: string, settles: (question: Q) => boolean): void {
    for (const { question, answer } of this.#all) if (settles(question)) answer(approver);
  }
}
