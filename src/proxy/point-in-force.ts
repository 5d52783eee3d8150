import type { DecisionPoint } from '../call/decision.js';
import type { EnforcementPoint } from '../enforcement/enforcement-point.js';
import type { GovernanceStatus } from '../enforcement/governance-status.js';
import { Turnover } from '../session/turnover.js';
import type { JudgingPoint } from './relay.js';

/**
 * What judges the calls of one server at this moment.
 *
 * Another point can take its place while sessions go on: calls that run end at the point they began at, which is closed
 * after the last of them; every later call is judged by the new one.
 */
export class PointInForce implements JudgingPoint {
  #current: EnforcementPoint;
  readonly #running = new Turnover<EnforcementPoint, number>();
  readonly #closing = new Set<Promise<void>>();
  /** What the server told models last: the next point has to hold it against its pins, too. */
  #instructed: Parameters<JudgingPoint['instructions']> | undefined;

  constructor(point: EnforcementPoint) {
    this.#current = point;
  }

  readonly call: JudgingPoint['call'] = (...args) => this.#track((point) => point.call(...args));
  readonly list: JudgingPoint['list'] = (...args) => this.#track((point) => point.list(...args));
  readonly instructions: JudgingPoint['instructions'] = (...args) => {
    this.#instructed = args;
    return this.#track((point) => point.instructions(...args));
  };
  readonly notification: JudgingPoint['notification'] = (...args) =>
    this.#track((point) => point.notification(...args));
  readonly taskResult: JudgingPoint['taskResult'] = (...args) => this.#track((point) => point.taskResult(...args));
  readonly invalidCall: JudgingPoint['invalidCall'] = (...args) => this.#track((point) => point.invalidCall(...args));

  /** Puts another point in this one's place. */
  replace(point: EnforcementPoint): void {
    const before = this.#current;
    this.#current = point;
    if (this.#instructed !== undefined) void point.instructions(...this.#instructed);
    if (!this.#running.has(before)) this.#close(before);
  }

  /** Puts another policy in force, for all calls from now on. */
  updatePolicy(policy: DecisionPoint): void {
    this.#current.updatePolicy(policy);
  }

  /** What decides at this moment. */
  status(): GovernanceStatus {
    return this.#current.status();
  }

  /** Closes the point, and waits for those before it. */
  async close(): Promise<void> {
    for (const point of this.#running.keys()) if (point !== this.#current) this.#close(point);
    this.#running.clear();
    this.#close(this.#current);
    await Promise.all(this.#closing);
  }

  async #track<T>(work: (point: EnforcementPoint) => Promise<T>): Promise<T> {
    const point = this.#current;
    this.#running.set(point, (this.#running.get(point) ?? 0) + 1);
    try {
      return await work(point);
    } finally {
      this.#ended(point);
    }
  }

  #ended(point: EnforcementPoint): void {
    const count = this.#running.get(point);
    if (count === undefined) return;
    if (count > 1) this.#running.set(point, count - 1);
    else {
      this.#running.delete(point);
      if (point !== this.#current) this.#close(point);
    }
  }

  #close(point: EnforcementPoint): void {
    const closed: Promise<void> = point.close().finally(() => this.#closing.delete(closed));
    this.#closing.add(closed);
  }
}
