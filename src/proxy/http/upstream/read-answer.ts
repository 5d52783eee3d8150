import { createParser } from 'eventsource-parser';
import { DocumentCutter } from './document-cutter.js';
import { discard, type Answer } from './origin.js';
import { UpstreamFault } from './upstream-fault.js';

/** One event of a stream. */
export interface UpstreamEvent {
  readonly id: string | undefined;
  readonly event: string;
  readonly data: string;
}

const TOO_LARGE = 'The upstream server sent more than the proxy takes at once.';

/**
 * Reads the whole body of an answer.
 *
 * @throws UpstreamFault where it is larger than it may be, compressed, or no UTF-8.
 */
export async function readWhole(answer: Answer, maxBytes: number): Promise<string> {
  await refuseCompressed(answer);
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of answer.body as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    // Leaving the loop ends the connection.
    if (bytes > maxBytes) throw new UpstreamFault(TOO_LARGE);
    chunks.push(chunk);
  }
  return decode(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }), Buffer.concat(chunks, bytes), false);
}

/**
 * Reads the JSON documents that an answer consists of, each as soon as it is there: one, but for servers that say
 * something before they answer, a line each.
 *
 * @throws UpstreamFault where one is larger than it may be, and for what is compressed or no UTF-8.
 */
export async function* readDocuments(answer: Answer, maxBytes: number): AsyncGenerator<string> {
  if (answer.headers['content-length'] !== undefined) {
    yield await readWhole(answer, maxBytes);
    return;
  }
  await refuseCompressed(answer);
  const cutter = new DocumentCutter();
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  for await (const chunk of answer.body as AsyncIterable<Buffer>) {
    for (const text of cutter.take(decode(decoder, chunk, true))) {
      if (text.length > maxBytes) throw new UpstreamFault(TOO_LARGE);
      yield text;
    }
    if (cutter.size > maxBytes) throw new UpstreamFault(TOO_LARGE);
  }
  const rest = cutter.rest() + decode(decoder, Buffer.alloc(0), false);
  if (rest.trim() !== '') yield rest;
}

/**
 * Reads the events of an answer until it ends.
 *
 * @param onRetry - Told how many milliseconds the server wants to be left alone before anybody comes back.
 * @throws UpstreamFault where an event is larger than it may be, and for what is compressed or no UTF-8.
 */
export async function* readEvents(
  answer: Answer,
  maxBytes: number,
  onRetry: (ms: number) => void,
): AsyncGenerator<UpstreamEvent> {
  await refuseCompressed(answer);
  const events: UpstreamEvent[] = [];
  let isTooLarge = false;
  const parser = createParser({
    maxBufferSize: maxBytes,
    onEvent: ({ id, event = 'message', data }) => events.push({ id, event, data }),
    onRetry,
    onError: ({ type }) => {
      isTooLarge ||= type === 'max-buffer-size-exceeded';
    },
  });
  const decoder = new TextDecoder('utf-8', { fatal: true });
  for await (const chunk of answer.body as AsyncIterable<Buffer>) {
    parser.feed(decode(decoder, chunk, true));
    if (isTooLarge) throw new UpstreamFault(TOO_LARGE);
    yield* events.splice(0);
  }
}

async function refuseCompressed(answer: Answer): Promise<void> {
  if ((answer.headers['content-encoding'] ?? 'identity') === 'identity') return;
  await discard(answer);
  throw new UpstreamFault('The upstream server sent a compressed answer, which nobody asked for.');
}

function decode(decoder: InstanceType<typeof TextDecoder>, bytes: Buffer, stream: boolean): string {
  try {
    return decoder.decode(bytes, { stream });
  } catch {
    throw new UpstreamFault('The upstream server sent what is not UTF-8.');
  }
}
