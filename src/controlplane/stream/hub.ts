import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import type { Clock } from '../../call/clock.js';
import type { Caller } from '../keys/caller.js';

/** The events of the stream. */
export type StreamEvent = 'revision' | 'approval' | 'audit';

/** Events that are kept for those who come back. */
const KEPT = 1000;
/** Bytes of them. */
const MOST_KEPT = 1024 * 1024;
/** Bytes that may wait for one subscriber: one that reads slower than that is let go, and comes back. */
const MOST_WAITING = 256 * 1024;
const HEARTBEAT_MS = 15_000;

interface Kept {
  readonly number: number;
  readonly event: StreamEvent;
  readonly bytes: Buffer;
  /** Who may see it. */
  readonly isFor: (caller: Caller) => boolean;
}

interface Subscriber {
  readonly caller: Caller;
  readonly wants: ReadonlySet<StreamEvent>;
  readonly response: ServerResponse;
}

/**
 * Sends events to whoever listens: each is written down once, and nothing waits without bound for anybody.
 */
export class StreamHub {
  readonly #clock: Clock;
  /** Numbers of another process, or of one before, mean nothing here. */
  readonly #epoch = randomUUID().slice(0, 8);
  readonly #kept: Kept[] = [];
  readonly #subscribers = new Set<Subscriber>();
  #number = 0;
  #keptBytes = 0;
  #stopHeartbeat: () => void;
  #closed = false;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#stopHeartbeat = clock.after(HEARTBEAT_MS, () => this.#beat());
  }

  /** How many listen. */
  get size(): number {
    return this.#subscribers.size;
  }

  /** Sends an event to everybody who may see it. */
  publish(event: StreamEvent, data: object, isFor: (caller: Caller) => boolean = () => true): void {
    const number = ++this.#number;
    const kept = { number, event, bytes: this.#write(number, event, data), isFor };
    this.#keep(kept);
    for (const subscriber of this.#subscribers) this.#sendTo(subscriber, kept);
  }

  /**
   * Adds somebody who listens, until either side ends it.
   *
   * @param lastEventId - Where they were: what came behind it is sent first, if it is still known.
   * @param first - The event that tells how things are; always sent.
   */
  subscribe(subscriber: Subscriber, lastEventId: string | undefined, first: object): void {
    const { response } = subscriber;
    if (this.#closed) return void response.end();
    const [epoch, number] = (lastEventId ?? '').split('-');
    if (epoch === this.#epoch) {
      for (const kept of this.#kept) if (kept.number > Number(number)) this.#sendTo(subscriber, kept);
    }
    if (subscriber.wants.has('revision')) response.write(this.#write(this.#number, 'revision', first));
    this.#subscribers.add(subscriber);
    response.on('close', () => this.#subscribers.delete(subscriber));
    response.on('error', () => this.#subscribers.delete(subscriber));
  }

  /**
   * Ends the streams of those whose key or session is no more.
   *
   * @param isValid - Asked once for each key and session, however many streams it has.
   */
  async dropRevoked(isValid: (caller: Caller) => Promise<boolean>): Promise<void> {
    const asked = new Map<string, Promise<boolean>>();
    for (const { caller, response } of [...this.#subscribers]) {
      const who = `${caller.session ?? ''} ${caller.keyId ?? ''}`;
      const answer = asked.get(who) ?? isValid(caller);
      asked.set(who, answer);
      if (!(await answer)) response.end();
    }
  }

  /** Ends all streams. */
  close(): void {
    this.#closed = true;
    this.#stopHeartbeat();
    for (const { response } of this.#subscribers) response.end();
  }

  #keep(kept: Kept): void {
    this.#kept.push(kept);
    this.#keptBytes += kept.bytes.length;
    while (this.#kept.length > KEPT || this.#keptBytes > MOST_KEPT) {
      this.#keptBytes -= this.#kept.shift()?.bytes.length ?? 0;
    }
  }

  #sendTo({ caller, wants, response }: Subscriber, { event, bytes, isFor }: Kept): void {
    if (!wants.has(event) || !isFor(caller)) return;
    if (response.writableLength > MOST_WAITING) response.destroy();
    else response.write(bytes);
  }

  #write(number: number, event: StreamEvent, data: object): Buffer {
    return Buffer.from(`id: ${this.#epoch}-${number}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  }

  /** Keeps connections open, and finds those that nobody reads any more, or whose session is over. */
  #beat(): void {
    const beat = Buffer.from(': \n\n');
    const now = this.#clock.now();
    for (const { caller, response } of this.#subscribers) {
      if (response.writableLength > MOST_WAITING) response.destroy();
      else if (caller.expiresAt !== null && Date.parse(caller.expiresAt) <= now) response.end();
      else response.write(beat);
    }
    this.#stopHeartbeat = this.#clock.after(HEARTBEAT_MS, () => this.#beat());
  }
}
