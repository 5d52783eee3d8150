import type { Clock } from '../call/clock.js';
import { isJsonObject } from '../call/json.js';
import { sleep } from '../pipeline/deadline.js';
import { readSnapshot, stream as streamEndpoint, type Snapshot } from '../wire/checks.js';
import { parseJson } from '../call/read-json.js';
import type { Backoff } from './backoff.js';
import { ConnectionFault } from './connection-fault.js';
import { pathOf, readReply } from './controlplane-client.js';
import { readEvents, type StreamedEvent } from './event-stream.js';
import type { HttpClient } from './http-client.js';

/** What a feed stands on. */
export interface SnapshotFeedOptions {
  readonly http: Pick<HttpClient, 'send' | 'stream'>;
  /** Whose timers keep no process alive. */
  readonly clock: Clock;
  readonly backoff: Backoff;
  /** From 0 to 1. */
  readonly random: () => number;
  /** The revision in force; what came later is fetched. */
  readonly revision: () => number;
  /**
   * Takes a snapshot that was fetched; resolves once it is in force.
   *
   * Rejects where it cannot be used: it is fetched again later.
   */
  readonly onSnapshot: (snapshot: Snapshot, text: string) => Promise<void>;
  /** Told whenever what is in force is known to be current. */
  readonly onConfirmed: () => void;
  /** Told of each attempt that failed. */
  readonly onFault: (fault: ConnectionFault) => void;
}

const TIMEOUT_MS = 10_000;
const MAX_BYTES = 32 * 1024 ** 2;
/** How often is asked where there is no stream. */
const POLL_MS = 5_000;
/** How often is asked although there is a stream: one that says nothing would otherwise be believed for ever. */
const LOOK_MS = 60_000;
/** A stream that lasted so long is a sign that all is well. */
const WELL_MS = 5_000;
/** All doors hear of a change at once, and are not to ask at once. */
const SPREAD_MS = 100;
/** Several processes may answer, and not all of them know at once what one of them told. */
const TRIES = 5;

/**
 * Keeps a snapshot current: by a stream that tells of revisions and, where there is none, by asking again and again.
 *
 * It goes on until it is closed, whatever comes back.
 */
export class SnapshotFeed {
  readonly #options: SnapshotFeedOptions;
  readonly #over = new AbortController();
  #etag: string | undefined;
  #fetching: Promise<void> | undefined;
  #running: Promise<void> | undefined;

  constructor(options: SnapshotFeedOptions) {
    this.#options = options;
  }

  /** Begins; resolves, and never rejects, when the first attempt to fetch a snapshot is over. */
  start(): Promise<void> {
    return new Promise((resolve) => {
      this.#running = this.#run(resolve);
    });
  }

  /** Ends it. */
  async close(): Promise<void> {
    this.#over.abort();
    await this.#running;
  }

  async #run(onFirst: () => void): Promise<void> {
    const { backoff, onFault } = this.#options;
    while (!this.#over.signal.aborted) {
      let fault: ConnectionFault | undefined;
      let fetched = false;
      try {
        await this.#fetch();
        fetched = true;
        onFirst();
        await this.#follow();
      } catch (thrown) {
        fault = toFault(thrown);
        if (!this.#over.signal.aborted) onFault(fault);
      }
      onFirst();
      const pause = backoff.next(fault);
      // Whoever gets snapshots and no stream asks for them.
      await this.#pause(fetched && fault?.kind !== 'refused' ? this.#untilPoll(pause, fault) : pause);
    }
  }

  /** Never as long as others, and not sooner than a service that asks to be left alone says. */
  #untilPoll(pause: number, fault: ConnectionFault | undefined): number {
    const poll = POLL_MS * (0.75 + this.#options.random() / 2);
    return Math.max(Math.min(pause, poll), fault?.retryAfterMs ?? 0);
  }

  /** One at a time; a second one waits for the first. */
  #fetch(): Promise<void> {
    this.#fetching ??= this.#get().finally(() => {
      this.#fetching = undefined;
    });
    return this.#fetching;
  }

  async #get(): Promise<void> {
    const { http, onSnapshot, onConfirmed } = this.#options;
    const { status, etag, text } = await http.send({
      method: 'GET',
      path: readSnapshot.path,
      headers: this.#etag === undefined ? {} : { 'if-none-match': this.#etag },
      timeoutMs: TIMEOUT_MS,
      maxBytes: MAX_BYTES,
      signal: this.#over.signal,
    });
    if (status !== 304) {
      await onSnapshot(readReply(text, readSnapshot.reply), text);
      this.#etag = etag;
    } else if (this.#etag === undefined) {
      throw new ConnectionFault('unusable', 'nothing changed, says the answer to a question that named nothing');
    }
    onConfirmed();
  }

  async #follow(): Promise<void> {
    const { http, clock, backoff, revision, onConfirmed } = this.#options;
    const path = pathOf(streamEndpoint, { query: { events: 'revision' } });
    const opened = await http.stream({ method: 'GET', path, timeoutMs: TIMEOUT_MS, signal: this.#over.signal });
    const closeStream = (): void => opened.close();
    this.#over.signal.addEventListener('abort', closeStream, { once: true });
    const stopLooking = this.#look();
    const since = clock.elapsed();
    let told = 0;
    try {
      const onSign = (): void => {
        if (clock.elapsed() - since > WELL_MS) backoff.reset();
        if (revision() >= told && told > 0) onConfirmed();
      };
      for await (const event of readEvents(opened, clock, onSign)) {
        told = Math.max(told, revisionOf(event));
        if (told > revision()) await this.#catchUp(told);
      }
    } finally {
      stopLooking();
      this.#over.signal.removeEventListener('abort', closeStream);
    }
  }

  async #catchUp(told: number): Promise<void> {
    const { revision, random } = this.#options;
    for (let tries = 0; tries < TRIES && revision() < told; tries++) {
      await this.#pause((tries + random()) * SPREAD_MS);
      await this.#fetch();
    }
  }

  /** Asks now and then, beside the stream. */
  #look(): () => void {
    const { clock, random, onFault } = this.#options;
    let callOff = (): void => undefined;
    const arm = (): void => {
      callOff = clock.after(LOOK_MS * (0.75 + random() / 2), () => {
        this.#fetch().catch((thrown: unknown) => onFault(toFault(thrown)));
        arm();
      });
    };
    arm();
    return () => callOff();
  }

  async #pause(ms: number): Promise<void> {
    await sleep(ms, this.#options.clock, this.#over.signal).catch(() => undefined);
  }
}

/** 0 where an event tells of none. */
function revisionOf({ event, data }: StreamedEvent): number {
  if (event !== 'revision') return 0;
  try {
    const told = parseJson(data);
    const revision = isJsonObject(told) ? told['revision'] : undefined;
    return Number.isSafeInteger(revision) ? (revision as number) : 0;
  } catch {
    return 0;
  }
}

function toFault(thrown: unknown): ConnectionFault {
  if (thrown instanceof ConnectionFault) return thrown;
  return new ConnectionFault('unusable', 'the policies of the controlplane cannot be used', { code: 'snapshot' });
}
