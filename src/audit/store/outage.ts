import { AuditError } from '../audit-error.js';

/**
 * Codes of faults that what is written can cause: of PostgreSQL those of data (22), constraints (23), limits (54) and
 * triggers (P0), of SQLite those of a statement and its values, and that a text is too long for the runtime.
 */
const OF_DATA = /^(?:22|23|54|P0)[0-9A-Z]{3}$|^SQLITE_(?:ERROR|TOOBIG|MISMATCH|CONSTRAINT)|^ERR_STRING_TOO_LONG$/;
/** Drivers give no code where a connection ends under a statement. */
const OF_CONNECTION = /terminat|time(?:d )?out|closed|not queryable|connection/i;

/**
 * Whether a store takes nothing at the moment, as where the disk is full or nobody answers; else the fault may lie in what
 * it was given.
 *
 * @param fault - What the store threw, as it was thrown or as the cause of an AuditError.
 */
export function isOutage(fault: unknown): boolean {
  // What we say ourselves is about the store: it is held by another, or was changed.
  if (fault instanceof AuditError && fault.cause === undefined) return true;
  const { code, message } = ((fault as Error | undefined)?.cause ?? fault ?? {}) as NodeJS.ErrnoException;
  if (typeof code === 'string') return !OF_DATA.test(code);
  return OF_CONNECTION.test(message ?? '');
}
