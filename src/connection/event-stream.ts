import { createParser } from 'eventsource-parser';
import type { Clock } from '../call/clock.js';
import { ConnectionFault } from './connection-fault.js';
import type { OpenStream } from './http-client.js';

/** One event of a stream. */
export interface StreamedEvent {
  readonly event: string;
  readonly data: string;
}

/** What may stand between the ends of two events; the service's own are far below. */
const MOST_WITHOUT_EVENT = 64 * 1024;
/** The service says something every 15 seconds, if only that it is there. */
const SILENCE_MS = 45_000;

/**
 * Reads server-sent events, until the stream ends.
 *
 * @param onSign - Told of every sign of life.
 * @throws ConnectionFault where the stream breaks, falls silent for 45 seconds, or holds more than 64 KiB without an event.
 */
export async function* readEvents(stream: OpenStream, clock: Clock, onSign: () => void): AsyncGenerator<StreamedEvent> {
  const events: StreamedEvent[] = [];
  let waiting = 0;
  const parser = createParser({
    onEvent: ({ event = 'message', data }) => {
      waiting = 0;
      events.push({ event, data });
    },
    // It takes away what it brought: what else was sent stays where it gathers.
    onComment: (comment) => {
      waiting -= comment.length + 2;
    },
  });
  let silent = false;
  const watch = (): (() => void) =>
    clock.after(SILENCE_MS, () => {
      silent = true;
      stream.close();
    });
  let callOff = watch();
  const decoder = new TextDecoder();
  try {
    for await (const chunk of stream.chunks) {
      callOff();
      callOff = watch();
      onSign();
      waiting += chunk.length;
      parser.feed(decoder.decode(chunk, { stream: true }));
      if (waiting > MOST_WITHOUT_EVENT) throw new ConnectionFault('unusable', 'the stream holds no events');
      yield* events.splice(0);
    }
  } catch (fault) {
    if (silent) throw new ConnectionFault('timeout', 'the stream fell silent');
    throw fault instanceof ConnectionFault ? fault : new ConnectionFault('unreachable', 'the stream broke');
  } finally {
    callOff();
    stream.close();
  }
}
