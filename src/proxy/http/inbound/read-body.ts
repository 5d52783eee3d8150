import type { IncomingMessage } from 'node:http';
import { PARSE_ERROR } from '../../frame.js';
import { HttpRefusal, SERVER_ERROR } from './refusal.js';

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Reads the body of a request, as far as it may go: one that is larger is refused at the byte too many, and one that
 * says so ahead is not read at all.
 *
 * @throws HttpRefusal 413 for a larger one, 400 for one that is no UTF-8 or breaks off.
 */
export function readBody(request: IncomingMessage, maxBytes: number): Promise<string> {
  const tooLarge = (): HttpRefusal =>
    new HttpRefusal(413, SERVER_ERROR, `Content Too Large: a body may have ${maxBytes} bytes.`);
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) return Promise.reject(tooLarge());
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= maxBytes) {
        chunks.push(chunk);
        return;
      }
      chunks.length = 0;
      request.removeAllListeners('data').pause();
      reject(tooLarge());
    });
    request.on('end', () => {
      try {
        resolve(decode(chunks, bytes));
      } catch {
        reject(new HttpRefusal(400, PARSE_ERROR, 'Parse error: the body is not UTF-8.'));
      }
    });
    const broken = (): void => reject(new HttpRefusal(400, SERVER_ERROR, 'Bad Request: the body broke off.'));
    request.on('error', broken).on('close', broken);
  });
}

function decode(chunks: readonly Buffer[], bytes: number): string {
  const whole = chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks, bytes);
  return utf8.decode(whole);
}
