import type { IncomingMessage } from 'node:http';
import { HttpRefusal, SERVER_ERROR } from './refusal.js';

/** Headers of which a second one would be read by some and not by others. */
const ONCE = new Set([
  ...['host', 'origin', 'authorization', 'content-type', 'content-length', 'content-encoding', 'transfer-encoding'],
  ...['mcp-session-id', 'mcp-protocol-version', 'mcp-method', 'mcp-name', 'last-event-id'],
]);

const JSON_TYPE = 'application/json';
const EVENTS_TYPE = 'text/event-stream';

/**
 * Checks that nothing is said twice that is read once.
 *
 * @throws HttpRefusal 400.
 */
export function checkOnce({ rawHeaders }: IncomingMessage): void {
  const seen = new Set<string>();
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = (rawHeaders[at] as string).toLowerCase();
    if (!ONCE.has(name)) continue;
    if (seen.has(name)) throw new HttpRefusal(400, SERVER_ERROR, `Bad Request: more than one ${name} header.`);
    seen.add(name);
  }
}

/**
 * Checks what the head of a POST says of its body, and of what its client understands.
 *
 * @throws HttpRefusal 415 for what is no plain JSON in UTF-8, 406 for a client that cannot read the answer.
 */
export function checkPost({ headers }: IncomingMessage): void {
  const [type = '', ...parameters] = (headers['content-type'] ?? '').toLowerCase().split(';');
  const charset = parameters.map((each) => each.trim()).find((each) => each.startsWith('charset='));
  const isUtf8 = charset === undefined || /^charset="?utf-?8"?$/.test(charset);
  if (type.trim() !== JSON_TYPE || !isUtf8) {
    throw new HttpRefusal(415, SERVER_ERROR, 'Unsupported Media Type: Content-Type must be application/json.');
  }
  if (!['', 'identity'].includes((headers['content-encoding'] ?? '').trim().toLowerCase())) {
    throw new HttpRefusal(415, SERVER_ERROR, 'Unsupported Media Type: bodies must not be compressed.', {
      headers: { 'accept-encoding': 'identity' },
    });
  }
  if (!accepts(headers.accept, JSON_TYPE) || !accepts(headers.accept, EVENTS_TYPE)) {
    throw new HttpRefusal(
      406,
      SERVER_ERROR,
      'Not Acceptable: the client must accept application/json and text/event-stream.',
    );
  }
}

/**
 * Checks the head of a GET.
 *
 * @throws HttpRefusal 406 for a client that cannot read a stream.
 */
export function checkGet({ headers }: IncomingMessage): void {
  if (accepts(headers.accept, EVENTS_TYPE)) return;
  throw new HttpRefusal(406, SERVER_ERROR, 'Not Acceptable: the client must accept text/event-stream.');
}

function accepts(accept: string | undefined, type: string): boolean {
  const [group] = type.split('/');
  return (accept ?? '').split(',').some((range) => {
    const [name = '', ...parameters] = range.toLowerCase().split(';');
    return (
      [type, `${group as string}/*`, '*/*'].includes(name.trim()) &&
      !parameters.some((each) => /^q=0(\.0{0,3})?$/.test(each.trim()))
    );
  });
}
