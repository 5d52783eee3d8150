import type { StoredEvent } from '../audit-event.js';
import type { StoredRow } from '../chain/link.js';
import { AuditError } from '../audit-error.js';

/**
 * Reads an event as it was kept.
 *
 * @throws AuditError where its text is damaged.
 */
export function toStoredEvent({ text, seq, previousHash, hash }: StoredRow): StoredEvent {
  try {
    const event = JSON.parse(text) as StoredEvent;
    return { ...event, seq, previousHash, hash };
  } catch (fault) {
    throw new AuditError(`Event ${seq} of the record is damaged. \`mcp-governance audit verify\` says more.`, {
      cause: fault,
    });
  }
}
