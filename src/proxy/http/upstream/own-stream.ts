import type { Clock } from '../../../call/clock.js';
import { readFrames, type Frame } from '../../frame.js';
import { discard, typeOf, type Answer, type Origin } from './origin.js';
import { readEvents } from './read-answer.js';

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 30_000;

/** What a stream is made of that is opened by GET. */
export interface OwnStreamParts {
  readonly origin: Origin;
  readonly clock: Clock;
  readonly maxBytes: number;
  readonly signal: AbortSignal;
  /** The headers of the session. */
  headers(): Record<string, string>;
  give(frame: Frame): Promise<void>;
}

/** Where a stream is to be taken up. */
export interface StreamPlace {
  lastEventId: string | undefined;
  pauseMs: number;
}

/**
 * Follows the stream of what the server says without being asked, for as long as it offers one: what breaks is taken up
 * where it broke, after the pause that the server asked for.
 */
export async function followOwnStream(parts: OwnStreamParts): Promise<void> {
  const { signal, clock } = parts;
  const place: StreamPlace = { lastEventId: undefined, pauseMs: FIRST_PAUSE_MS };
  while (!signal.aborted) {
    const isOffered = await readStream(parts, place).catch(() => true);
    if (!isOffered) return;
    await pause(clock, place.pauseMs, signal);
    place.pauseMs = Math.min(place.pauseMs * 2, LONGEST_PAUSE_MS);
  }
}

/** Opens a stream and reads it to its end; false where the server offers none. */
async function readStream(parts: OwnStreamParts, place: StreamPlace): Promise<boolean> {
  const answer = await openStream(parts, place);
  if (answer === undefined) return false;
  for await (const { id, event, data } of readEvents(answer, parts.maxBytes, (ms) => (place.pauseMs = bounded(ms)))) {
    if (id !== undefined) place.lastEventId = id;
    place.pauseMs = Math.min(place.pauseMs, FIRST_PAUSE_MS);
    if (data === '' || event !== 'message') continue;
    const reading = readFrames(data);
    if ('frames' in reading) for (const frame of reading.frames) await parts.give(frame);
  }
  return true;
}

/** Opens a stream by GET, from a place on; undefined where there is none, and an error where there may be one later. */
export async function openStream(
  { origin, headers, signal }: Pick<OwnStreamParts, 'origin' | 'headers' | 'signal'>,
  { lastEventId }: StreamPlace,
): Promise<Answer | undefined> {
  const answer = await origin.send({
    method: 'GET',
    headers: {
      ...headers(),
      accept: 'text/event-stream',
      ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }),
    },
    signal,
    silenceMs: 0,
  });
  if (answer.statusCode === 200 && typeOf(answer) === 'text/event-stream') return answer;
  await discard(answer);
  if (answer.statusCode >= 500 || answer.statusCode === 429) throw new Error(`HTTP ${answer.statusCode}`);
  return undefined;
}

/** How long to wait, of what a server asks for. */
export function bounded(ms: number): number {
  return Math.min(Math.max(ms, 0), LONGEST_PAUSE_MS);
}

/** Waits; no longer where it is called off. */
export function pause(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      callOff();
      signal.removeEventListener('abort', done);
      resolve();
    };
    const callOff = clock.after(ms, done);
    signal.addEventListener('abort', done, { once: true });
    if (signal.aborted) done();
  });
}
