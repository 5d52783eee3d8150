import { isThenable } from '../call/is-thenable.js';
import type { AuditEvent, Sink } from './audit-event.js';

/**
 * Hands each audit event to every sink, once, and keeps faults of sinks away from calls.
 *
 * @param onDrop - Told of every event that a sink did not take.
 */
export class Recorder {
  readonly #sinks: readonly Sink[];
  readonly #onDrop: (fault: unknown) => void;

  constructor(sinks: readonly Sink[], onDrop: (fault: unknown) => void) {
    this.#sinks = sinks;
    this.#onDrop = onDrop;
  }

  /** True where anybody wants events. */
  get active(): boolean {
    return this.#sinks.length > 0;
  }

  /** Hands an event to every sink. Never throws. */
  record(event: AuditEvent): void {
    for (const sink of this.#sinks) {
      try {
        const written = sink.write(event);
        if (isThenable(written)) Promise.resolve(written).catch(this.#onDrop);
      } catch (fault) {
        this.#onDrop(fault);
      }
    }
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
