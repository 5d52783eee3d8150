import type { Clock } from '../../../call/clock.js';
import type { Message } from '../../../session/message.js';
import { readFrames, toFrame, toRefusal, writeFrame, type Frame } from '../../frame.js';
import type { Peer, PeerHandlers, Route } from '../../peer.js';
import { HttpRoute } from '../http-route.js';
import { HEADER_MISMATCH, SERVER_ERROR } from '../inbound/refusal.js';
import type { ParamHeaders } from '../param-headers.js';
import { Handing } from './handing.js';
import { OldSse } from './old-sse.js';
import type { HttpUpstreamLimits } from './options.js';
import { discard, typeOf, type Answer, type Origin } from './origin.js';
import { bounded, followOwnStream, openStream, pause, type StreamPlace } from './own-stream.js';
import { readDocuments, readEvents, readWhole } from './read-answer.js';
import { faultOfStatus, toUpstreamFault, UpstreamFault } from './upstream-fault.js';
import { singleRevisionOf, UpstreamSession } from './upstream-session.js';

/** How often a stream that ended before it held the answer is taken up: a server may have us come back for it for long. */
const MOST_RETURNS = 1_000;
/** How often in a row where it brings nothing and is over at once. */
const MOST_FRUITLESS = 5;
const LONG_MS = 1_000;
/** How long a stream may stay open after its answer. */
const AFTER_ANSWER_MS = 1_000;
/** How long a server has to end a session. */
const GOODBYE_MS = 2_000;

/** What a session with a server over HTTP is made of. */
export interface StreamableParts {
  readonly origin: Origin;
  readonly params: ParamHeaders;
  readonly limits: Required<HttpUpstreamLimits>;
  readonly clock: Clock;
  onOver(peer: StreamablePeer): void;
}

/** A request that was posted, until it is answered. */
interface Asked {
  readonly frame: Frame;
  readonly route: Route | undefined;
  readonly single: string | undefined;
  readonly over: AbortController;
  /** The session that it was posted in. */
  session: string | undefined;
  isAnswered: boolean;
}

/** A session with a server over streamable HTTP, or over the transport before it where the server knows no other. */
export class StreamablePeer implements Peer {
  readonly transport = 'tcp';
  readonly #parts: StreamableParts;
  readonly #session: UpstreamSession;
  readonly #handing = new Handing();
  readonly #asked = new Set<Asked>();
  readonly #closing = new AbortController();
  /** Notifications and answers that were posted, in their order; what comes after them waits until they were taken. */
  #told: Promise<void> | undefined;
  #renewing: Promise<void> | undefined;
  #old: OldSse | undefined;
  /** Ends the stream of what the server says by itself. */
  #following: AbortController | undefined;
  /** The server has forgotten the session, and begins none like it. */
  #isLost = false;

  constructor(parts: StreamableParts) {
    this.#parts = parts;
    this.#session = new UpstreamSession(parts.params);
  }

  /** Begins to hand over frames. */
  start(handlers: PeerHandlers): void {
    this.#handing.start(handlers);
  }

  /** Sends a frame. What becomes of a request is handed over as its answer, an error of ours among them. */
  send(frame: Frame, route: Route | undefined): Promise<void> {
    if (this.#closing.signal.aborted) return Promise.reject(new UpstreamFault('The upstream session is over.'));
    const { method, id } = frame.message;
    if (method === undefined || id === undefined) return this.#tell(frame, route);
    if (this.#asked.size >= this.#parts.limits.maxWaiting) {
      return Promise.reject(new UpstreamFault('The upstream server has too many requests to answer already.'));
    }
    const single = singleRevisionOf(frame.message, route instanceof HttpRoute ? route.singleRevision : undefined);
    const asked: Asked = { frame, route, single, over: new AbortController(), session: undefined, isAnswered: false };
    this.#asked.add(asked);
    void this.#ask(asked);
    return Promise.resolve();
  }

  /** Ends the session, at the server as well. */
  async close(): Promise<void> {
    if (this.#closing.signal.aborted) return;
    this.#handing.stop();
    this.#closing.abort();
    for (const { over } of this.#asked) over.abort();
    this.#following?.abort();
    this.#old?.close();
    await this.#endSession();
    this.#parts.onOver(this);
  }

  /** Posts what nobody answers; resolves when it was taken. */
  #tell(frame: Frame, route: Route | undefined): Promise<void> {
    const before = this.#told;
    const told = (before ?? Promise.resolve()).then(async () => {
      if (this.#old !== undefined) {
        await this.#old.post(frame);
        return;
      }
      const single = singleRevisionOf(frame.message, route instanceof HttpRoute ? route.singleRevision : undefined);
      const answer = await this.#post(frame.message, writeFrame(frame), single, this.#closing.signal);
      await discard(answer);
      if (answer.statusCode >= 300) throw faultOfStatus(answer.statusCode);
      if (frame.message.method === 'notifications/initialized' && single === undefined) this.#follow();
    });
    const settled = told.catch(() => undefined);
    this.#told = settled;
    void settled.then(() => {
      if (this.#told === settled) this.#told = undefined;
    });
    return told.catch((fault: unknown) => {
      throw toUpstreamFault(fault);
    });
  }

  async #ask(asked: Asked): Promise<void> {
    const { frame, route, single, over } = asked;
    const giveUp = (): void => over.abort();
    // Where requests stand alone, whoever no longer waits has taken the request back; in sessions that is said.
    const gone = single === undefined ? undefined : route?.signal;
    gone?.addEventListener('abort', giveUp, { once: true });
    if (gone?.aborted === true) giveUp();
    try {
      if (this.#told !== undefined) await this.#told;
      if (this.#renewing !== undefined) await this.#renewing.catch(() => undefined);
      const header = this.#disagreement(asked);
      if (header !== undefined) await this.#refuse(asked, HEADER_MISMATCH, `Header mismatch: ${header}.`, 400);
      else if (this.#old !== undefined) await this.#old.ask(frame, route);
      else {
        asked.session = this.#session.id;
        await this.#exchange(asked, await this.#post(frame.message, writeFrame(frame), single, over.signal), true);
      }
    } catch (fault) {
      const { message } = toUpstreamFault(fault);
      await this.#refuse(asked, SERVER_ERROR, message, undefined);
      if (this.#isLost && !this.#closing.signal.aborted) this.#over('The upstream server has ended the session.');
    } finally {
      gone?.removeEventListener('abort', giveUp);
      this.#asked.delete(asked);
    }
  }

  #post(message: Message, body: string, single: string | undefined, signal: AbortSignal): Promise<Answer> {
    const { origin, limits } = this.#parts;
    const isEndless = message.method === 'subscriptions/listen';
    return origin.send({
      method: 'POST',
      headers: this.#session.headersOf(message, single),
      body,
      signal,
      silenceMs: isEndless ? 0 : limits.silenceMs,
    });
  }

  /** Reads what answers a POST. */
  async #exchange(asked: Asked, answer: Answer, mayRenew: boolean): Promise<void> {
    const { frame, over } = asked;
    const { statusCode: status } = answer;
    const begins = frame.message.method === 'initialize';
    if (status >= 200 && status < 300) {
      if (begins) {
        this.#session.named(answer);
        this.#session.begun = frame;
      }
      if (typeOf(answer) === 'text/event-stream') await this.#readStream(asked, answer);
      else if (typeOf(answer) === 'application/json') await this.#readJson(asked, answer);
      else await discard(answer);
      if (!asked.isAnswered) throw new UpstreamFault('The upstream server did not answer the request.');
      return;
    }
    if (status === 404 && asked.session !== undefined && mayRenew && !begins && asked.single === undefined) {
      // The server no longer knows the session, so that it never saw the request.
      await discard(answer);
      if (this.#renewing !== undefined || asked.session === this.#session.id) await this.#renew();
      const again = await this.#post(frame.message, writeFrame(frame), undefined, over.signal);
      await this.#exchange(asked, again, false);
      return;
    }
    await this.#readRefusal(asked, answer);
  }

  async #readJson(asked: Asked, answer: Answer): Promise<void> {
    const { limits, clock } = this.#parts;
    let callOff: (() => void) | undefined;
    try {
      for await (const text of readDocuments(answer, limits.maxMessageBytes)) {
        const reading = readFrames(text);
        if (!('frames' in reading)) throw new UpstreamFault('The upstream server answered with what is no answer.');
        for (const frame of reading.frames) await this.#give(asked, frame);
        if (asked.isAnswered) callOff ??= clock.after(AFTER_ANSWER_MS, () => asked.over.abort());
      }
    } catch (fault) {
      if (!asked.isAnswered) throw fault;
    } finally {
      callOff?.();
    }
  }

  async #readStream(asked: Asked, first: Answer): Promise<void> {
    const { origin, limits, clock } = this.#parts;
    const { over } = asked;
    const place: StreamPlace = { lastEventId: undefined, pauseMs: 1_000 };
    const route = asked.route instanceof HttpRoute ? asked.route : undefined;
    route?.becomesStream();
    let answer: Answer | undefined = first;
    let fruitless = 0;
    for (let returns = 0; answer !== undefined; returns++) {
      const since = clock.elapsed();
      fruitless++;
      let callOff: (() => void) | undefined;
      try {
        for await (const { id, event, data } of readEvents(answer, limits.maxMessageBytes, (ms) => {
          if (place.pauseMs !== bounded(ms)) route?.retriesAfter(bounded(ms));
          place.pauseMs = bounded(ms);
        })) {
          if (id !== undefined) place.lastEventId = id;
          if (data === '' || event !== 'message') continue;
          const reading = readFrames(data);
          if (!('frames' in reading)) throw new UpstreamFault('The upstream server sent what is no message.');
          fruitless = 0;
          for (const frame of reading.frames) await this.#give(asked, frame);
          if (asked.isAnswered) callOff ??= clock.after(AFTER_ANSWER_MS, () => over.abort());
        }
      } catch (fault) {
        if (asked.isAnswered) return;
        const mayReturn = place.lastEventId !== undefined && !(fault instanceof UpstreamFault) && !over.signal.aborted;
        if (!mayReturn) throw fault;
      } finally {
        callOff?.();
      }
      if (asked.isAnswered || place.lastEventId === undefined || asked.single !== undefined) return;
      if (clock.elapsed() - since >= LONG_MS) fruitless = 0;
      if (fruitless > MOST_FRUITLESS || returns >= MOST_RETURNS) return;
      const back = route?.pauses();
      // The client comes back when the server wants it to; once is enough where that brought nothing.
      const until = back === undefined || fruitless > 1 ? over.signal : AbortSignal.any([over.signal, back]);
      await pause(clock, place.pauseMs, until);
      answer = await openStream({ origin, headers: () => this.#session.headers(), signal: over.signal }, place);
    }
  }

  /** An answer that is no success: a JSON-RPC error goes back as it is, anything else in our words. */
  async #readRefusal(asked: Asked, answer: Answer): Promise<void> {
    const { statusCode: status } = answer;
    const isJson = typeOf(answer) === 'application/json' && status >= 400;
    const text = isJson ? await readWhole(answer, this.#parts.limits.maxMessageBytes) : '';
    if (!isJson) await discard(answer);
    const reading = isJson ? readFrames(text) : undefined;
    const frame = reading !== undefined && 'frames' in reading ? reading.frames[0] : undefined;
    const isError = frame !== undefined && frame.message.error !== undefined;
    const isOld = asked.frame.message.method === 'initialize' && [400, 404, 405].includes(status);
    if (isOld && !(isError && isModernError(frame.message.error)) && (await this.#fallBack(asked))) return;
    if (!isError) throw faultOfStatus(status);
    if (asked.route instanceof HttpRoute) asked.route.answeredWith(status);
    const { id } = asked.frame.message;
    await this.#give(asked, frame.message.id === id ? frame : toFrame({ ...frame.message, id }));
  }

  /** Takes the transport of 2024-11-05 where the server has it; false where it has not. */
  async #fallBack(asked: Asked): Promise<boolean> {
    const { origin, limits, clock } = this.#parts;
    this.#old = await OldSse.open(origin, {
      maxBytes: limits.maxMessageBytes,
      openMs: limits.connectMs,
      clock,
      signal: this.#closing.signal,
      give: (frame, route) => this.#handing.give(frame, route),
      end: (why) => {
        if (!this.#closing.signal.aborted) this.#over(why);
      },
    });
    if (this.#old === undefined) return false;
    await this.#old.ask(asked.frame, asked.route);
    asked.isAnswered = true;
    return true;
  }

  async #give(asked: Asked, frame: Frame): Promise<void> {
    const { method, id } = frame.message;
    if (method === undefined) {
      if (asked.isAnswered) return;
      if (id !== asked.frame.message.id && frame.message.error === undefined) return;
      asked.isAnswered = true;
      this.#session.note(asked.frame.message, frame.message);
    }
    await this.#handing.give(frame, asked.route);
  }

  async #refuse(asked: Asked, code: number, why: string, status: number | undefined): Promise<void> {
    if (asked.isAnswered || this.#closing.signal.aborted) return;
    if (status !== undefined && asked.route instanceof HttpRoute) asked.route.answeredWith(status);
    await this.#give(asked, toFrame(toRefusal(asked.frame.message.id, code, why)));
  }

  /** Names the header of a client that does not say what its arguments said before they were judged. */
  #disagreement({ single, route }: Asked): string | undefined {
    if (single === undefined || !(route instanceof HttpRoute) || route.posted === undefined) return undefined;
    return this.#parts.params.disagreement(route.posted, route.paramHeaders);
  }

  /** Begins anew a session that the server has forgotten. */
  #renew(): Promise<void> {
    this.#renewing ??= this.#beginAnew().finally(() => (this.#renewing = undefined));
    return this.#renewing;
  }

  async #beginAnew(): Promise<void> {
    const { begun, revision } = this.#session;
    if (begun === undefined) throw new UpstreamFault('The upstream server has ended the session.');
    this.#session.id = undefined;
    const answer = await this.#post(begun.message, writeFrame(begun), undefined, this.#closing.signal);
    if (answer.statusCode === 200) this.#session.named(answer);
    const agreed = await firstAnswer(answer, this.#parts.limits.maxMessageBytes);
    if (agreed !== undefined) this.#session.note(begun.message, agreed);
    if (agreed?.result === undefined || this.#session.revision !== revision) {
      this.#isLost = true;
      throw new UpstreamFault('The upstream server has ended the session, and does not begin it anew as it was.');
    }
    const initialized: Message = { jsonrpc: '2.0', method: 'notifications/initialized' };
    await discard(await this.#post(initialized, JSON.stringify(initialized), undefined, this.#closing.signal));
    if (this.#following !== undefined) this.#follow();
  }

  /** Follows what the server says by itself, in the session that there is now. */
  #follow(): void {
    this.#following?.abort();
    this.#following = new AbortController();
    const { origin, clock, limits } = this.#parts;
    void followOwnStream({
      ...{ origin, clock, signal: this.#following.signal, maxBytes: limits.maxMessageBytes },
      headers: () => this.#session.headers(),
      give: (frame) => (frame.message.method === undefined ? Promise.resolve() : this.#handing.give(frame, undefined)),
    });
  }

  #over(why: string): void {
    this.#handing.end(why);
    void this.close();
  }

  async #endSession(): Promise<void> {
    if (this.#session.id === undefined) return;
    const { origin, clock } = this.#parts;
    const late = new AbortController();
    const callOff = clock.after(GOODBYE_MS, () => late.abort());
    const ended = origin.send({ method: 'DELETE', headers: this.#session.headers(), signal: late.signal });
    await ended.then(discard).catch(() => undefined);
    callOff();
  }
}

/** Errors by which a server shows that it knows a revision later than the old transport. */
function isModernError(error: unknown): boolean {
  const { code } = Object(error) as { readonly code?: unknown };
  return typeof code === 'number' && code >= -32029 && code <= -32020;
}

async function firstAnswer(answer: Answer, maxBytes: number): Promise<Message | undefined> {
  const frames: Frame[] = [];
  const take = (text: string): void => {
    const reading = text === '' ? undefined : readFrames(text);
    if (reading !== undefined && 'frames' in reading) frames.push(...reading.frames);
  };
  if (answer.statusCode !== 200) await discard(answer);
  else if (typeOf(answer) === 'application/json') take(await readWhole(answer, maxBytes));
  else {
    for await (const { data } of readEvents(answer, maxBytes, () => undefined)) {
      take(data);
      if (frames.some(({ message }) => message.method === undefined)) break;
    }
  }
  return frames.find(({ message }) => message.method === undefined)?.message;
}
