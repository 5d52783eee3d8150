import type { AuditEvent } from '../audit-event.js';
import { eventText } from '../chain/event-text.js';
import { type ResolvedQuery, wordsOf } from './audit-query.js';

/** Whether an event is one that a query is about: for stores without an index, read one event after the other. */
export function matches({ equal, since, until, words }: ResolvedQuery, event: AuditEvent): boolean {
  if (!equal.every(([field, value]) => event[field] === value)) return false;
  if (since !== undefined && event.timestamp < since) return false;
  if (until !== undefined && event.timestamp >= until) return false;
  if (words.length === 0) return true;
  const found = wordsOf(eventText(event).words);
  return words.every((word) => found.some((each) => each.startsWith(word)));
}
