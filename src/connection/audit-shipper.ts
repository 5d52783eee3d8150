import type { StoredEvent } from '../audit/audit-event.js';
import type { Clock } from '../call/clock.js';
import { sendAudit } from '../wire/audit.js';
import type { AuditOutbox } from './audit-outbox.js';
import type { Backoff } from './backoff.js';
import { ConnectionFault } from './connection-fault.js';
import type { ControlplaneClient } from './controlplane-client.js';
import { toLost, toWireText, type WireText } from './wire-event.js';

/** What delivering events stands on. */
export interface AuditShipperOptions {
  readonly outbox: Pick<AuditOutbox, 'first' | 'delivered' | 'exclusively' | 'onWrite'>;
  readonly client: Pick<ControlplaneClient, 'ask'>;
  /** Whose timers keep no process alive. */
  readonly clock: Clock;
  readonly backoff: Backoff;
  /** Told of each attempt that failed. */
  readonly onFault: (fault: unknown) => void;
  /** Told of events that the controlplane does not take for what they are. */
  readonly onRefused: (count: number) => void;
}

const TIMEOUT_MS = 10_000;
/** How long events wait for company. */
const DELAY_MS = 200;
/** How soon it is tried again where another process delivers. */
const HELD_MS = 1_000;
/** A body may have 1 MiB. */
const BATCH_BYTES = 768 * 1024;
const BATCH_EVENTS = 500;

/**
 * Delivers what waits in an outbox, oldest first and in batches.
 *
 * An event leaves the outbox once the controlplane has said that it keeps it. Where that word was lost it is sent again, and
 * the controlplane, which knows it by its id, keeps it once.
 */
export class AuditShipper {
  readonly #options: AuditShipperOptions;
  readonly #over = new AbortController();
  #fault: unknown;
  #letGo = 0;
  #callOff: (() => void) | undefined;
  #running: Promise<void> | undefined;

  constructor(options: AuditShipperOptions) {
    this.#options = options;
    options.outbox.onWrite(() => this.#wake(DELAY_MS));
  }

  /** Begins with what an earlier process left. */
  start(): void {
    this.#wake(DELAY_MS);
  }

  /** Why the last attempt failed; undefined where it did not. */
  get fault(): unknown {
    return this.#fault;
  }

  /** Delivers now what can be; resolves, and never rejects, when that is done or has failed. */
  async deliver(): Promise<void> {
    this.#callOff?.();
    this.#callOff = undefined;
    await this.#running;
    await this.#run();
  }

  /** Ends it; what is not delivered stays in the outbox. */
  async close(): Promise<void> {
    this.#over.abort();
    this.#callOff?.();
    await this.#running;
  }

  /** Sees to it that somebody looks within so many milliseconds; whoever is at it looks again by himself. */
  #wake(ms: number): void {
    if (this.#callOff !== undefined || this.#over.signal.aborted) return;
    this.#callOff = this.#options.clock.after(ms, () => {
      this.#callOff = undefined;
      if (this.#running === undefined) void this.#run();
      else this.#wake(ms);
    });
  }

  #run(): Promise<void> {
    this.#running ??= this.#drain().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  async #drain(): Promise<void> {
    const { outbox, backoff, onFault } = this.#options;
    try {
      const done = await outbox.exclusively(async () => {
        for (let events = await outbox.first(); events.length > 0; events = await outbox.first()) {
          await this.#ship(events);
          if (this.#over.signal.aborted) return;
        }
      });
      backoff.reset();
      this.#fault = undefined;
      if (!done) this.#wake(HELD_MS);
    } catch (fault) {
      if (this.#over.signal.aborted) return;
      this.#fault = fault;
      onFault(fault);
      this.#wake(backoff.next(fault instanceof ConnectionFault ? fault : undefined));
    }
  }

  async #ship(events: readonly StoredEvent[]): Promise<void> {
    let batch: WireText[] = [];
    let bytes = 0;
    for (const [at, event] of events.entries()) {
      const text = toWireText(event);
      if (batch.length > 0 && (bytes + text.bytes > BATCH_BYTES || batch.length === BATCH_EVENTS)) {
        await this.#send(batch, events.slice(at - batch.length, at));
        if (this.#over.signal.aborted) return;
        [batch, bytes] = [[], 0];
      }
      batch.push(text);
      bytes += text.bytes + 1;
    }
    await this.#send(batch, events.slice(-batch.length));
  }

  async #send(batch: readonly WireText[], events: readonly StoredEvent[]): Promise<void> {
    await this.#post(batch, events);
    const last = events.at(-1);
    if (last !== undefined) await this.#options.outbox.delivered(last);
  }

  /** Smaller and smaller batches, until an event that the controlplane never takes stands alone. */
  async #post(batch: readonly WireText[], events: readonly StoredEvent[]): Promise<void> {
    try {
      await this.#ask(batch);
    } catch (fault) {
      if (!(fault instanceof ConnectionFault) || fault.kind !== 'declined') throw fault;
      const [event] = events;
      if (events.length === 1 && event !== undefined) {
        this.#options.onRefused(1);
        await this.#giveUp(event);
        return;
      }
      const half = Math.ceil(batch.length / 2);
      await this.#post(batch.slice(0, half), events.slice(0, half));
      await this.#post(batch.slice(half), events.slice(half));
    }
  }

  /** Says that an event was lost; where not even that is taken, it is let go: others wait behind it. */
  async #giveUp(event: StoredEvent): Promise<void> {
    try {
      await this.#ask([toLost(event)]);
    } catch (fault) {
      if (!(fault instanceof ConnectionFault) || fault.kind !== 'declined') throw fault;
      this.#letGo++;
      const text = `the controlplane takes an audit event in no form, and it is let go; so far ${this.#letGo} of them`;
      this.#options.onFault(new ConnectionFault('declined', text));
    }
  }

  async #ask(batch: readonly WireText[]): Promise<void> {
    const body = `{"events":[${batch.map(({ json }) => json).join(',')}]}`;
    const { signal } = this.#over;
    const { accepted, duplicates } = await this.#options.client.ask(sendAudit, { body, timeoutMs: TIMEOUT_MS, signal });
    if (accepted + duplicates === batch.length) return;
    throw new ConnectionFault('unusable', 'the controlplane does not say that it keeps what it was sent', {
      code: 'count',
    });
  }
}
