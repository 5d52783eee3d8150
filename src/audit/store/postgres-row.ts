import type { StoredRow } from '../chain/link.js';
import { wordsOf } from '../query/audit-query.js';
import { toEvent } from '../query/stored-event.js';

/** PostgreSQL takes words of up to 2 KiB, and 1,048,575 bytes of them. */
const LONGEST_WORD = 200;
const MOST_WORDS = 5_000;
const MOST_BYTES = 900_000;

/** The values of one row, in the order of the columns. */
export function toColumns({ seq, previousHash, hash, text }: StoredRow, words: string): (string | number | null)[] {
  return [seq, previousHash, hash, text, ...namedColumns(text), indexed(words)];
}

/** Those columns whose values the text of an event has too, in their order: PostgreSQL takes no NUL in a text. */
export function namedColumns(text: string): (string | null)[] {
  const { sessionId, tool, server, action, riskLevel, resultStatus, timestamp } = toEvent(text);
  const named: unknown[] = [sessionId, tool, server, action, riskLevel, resultStatus, timestamp];
  // Half a surrogate pair is replaced on its way to the database, as a Buffer does it.
  return named.map((value) => (typeof value === 'string' ? Buffer.from(value.replaceAll('\0', '')).toString() : null));
}

function indexed(words: string): string {
  const each = new Set<string>();
  let bytes = 0;
  for (const whole of wordsOf(words)) {
    const word = whole.slice(0, LONGEST_WORD);
    if (each.has(word)) continue;
    // Letters have up to three bytes, and PostgreSQL counts those.
    bytes += Buffer.byteLength(word);
    if (each.size === MOST_WORDS || bytes > MOST_BYTES) break;
    each.add(word);
  }
  return [...each].join(' ');
}
