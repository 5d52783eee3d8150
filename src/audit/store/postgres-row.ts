import type { AuditEvent } from '../audit-event.js';
import type { StoredRow } from '../chain/link.js';
import { wordsOf } from '../query/audit-query.js';

/** PostgreSQL takes words of up to 2 KiB, and a megabyte of them. */
const LONGEST_WORD = 200;
const MOST_WORDS = 5_000;

/** The values of one row, in the order of the columns. */
export function toColumns({ seq, previousHash, hash, text }: StoredRow, words: string): (string | number | null)[] {
  const event = JSON.parse(text) as AuditEvent;
  const { sessionId, tool, server, action, riskLevel, resultStatus, timestamp } = event;
  const named = [sessionId, tool, server, action, riskLevel, resultStatus, timestamp];
  return [seq, previousHash, hash, text, ...named.map((value) => value?.replaceAll('\0', '') ?? null), indexed(words)];
}

function indexed(words: string): string {
  const each = new Set<string>();
  for (const word of wordsOf(words)) if (each.size < MOST_WORDS) each.add(word.slice(0, LONGEST_WORD));
  return [...each].join(' ');
}
