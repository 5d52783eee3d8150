import { isThenable } from '../call/is-thenable.js';
import type { AuditEvent, AuditIntent, Sink } from './audit-event.js';

/**
 * Hands each audit event to every sink, once, and keeps faults of sinks away from calls.
 *
 * @param onDrop - Told of every event that a sink did not take.
 */
export class Recorder {
  readonly #sinks: readonly Sink[];
  /** Asked once: which sinks no call may run without. */
  readonly #required: readonly Sink[];
  readonly #onDrop: (fault: unknown) => void;

  constructor(sinks: readonly Sink[], onDrop: (fault: unknown) => void) {
    this.#sinks = sinks;
    this.#required = sinks.filter((sink) => sink.required === true);
    this.#onDrop = onDrop;
  }

  /** True where anybody wants events. */
  get active(): boolean {
    return this.#sinks.length > 0;
  }

  /** True where a call may only run once its intent is kept. */
  get required(): boolean {
    return this.#required.length > 0;
  }

  /**
   * Has every required sink keep what is known of a call before its tool runs.
   *
   * @throws What the first sink threw or rejected with that could not keep it. The others are waited for all the same.
   */
  async intend(intent: AuditIntent): Promise<void> {
    const kept = await Promise.allSettled(this.#required.map(async (sink) => sink.intend?.(intent)));
    for (const each of kept) if (each.status === 'rejected') throw each.reason;
  }

  /**
   * Hands an event to every sink. Never throws.
   *
   * @returns A promise that never rejects, where required sinks take their time: resolved when they are done.
   */
  record(event: AuditEvent): Promise<unknown> | undefined {
    let pending: Promise<unknown>[] | undefined;
    // Without an iterator: this is on the way of every call.
    for (let at = 0; at < this.#sinks.length; at++) {
      const sink = this.#sinks[at] as Sink;
      try {
        const written = sink.write(event);
        if (!isThenable(written)) continue;
        const done = Promise.resolve(written).catch(this.#onDrop);
        if (this.#required.includes(sink)) (pending ??= []).push(done);
      } catch (fault) {
        this.#onDrop(fault);
      }
    }
    return pending && Promise.all(pending);
  }

  /** Resolves when every sink has kept what it was given. */
  async flush(): Promise<void> {
    await Promise.all(this.#sinks.map(async (sink) => sink.flush?.()));
  }

  /** Closes every sink. */
  async close(): Promise<void> {
    await Promise.all(this.#sinks.map(async (sink) => sink.close?.()));
  }
}
