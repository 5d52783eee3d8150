import type { Tables } from '../store/tables.js';

/** One table of a backup. */
export interface BackupTable {
  readonly name: keyof Tables;
  /** By what pages of it are ordered. */
  readonly key: readonly string[];
}

/**
 * What a backup holds, in the order in which it is written. Sessions are not in it, since nobody should be logged in by
 * a file, and neither is what follows from the record.
 */
export const BACKUP_TABLES: readonly BackupTable[] = [
  { name: 'fleet', key: ['id'] },
  { name: 'changes', key: ['revision'] },
  { name: 'policies', key: ['id'] },
  { name: 'policy_document', key: ['id'] },
  { name: 'servers', key: ['name'] },
  { name: 'tool_rows', key: ['server', 'tool'] },
  { name: 'tool_definitions', key: ['server', 'tool'] },
  { name: 'api_keys', key: ['id'] },
  { name: 'login_links', key: ['hash'] },
  { name: 'approvals', key: ['sequence'] },
];

/** The first line of a backup. */
export interface BackupHead {
  readonly format: 'mcp-governance-backup';
  readonly version: 1;
  readonly created_at: string;
  readonly revision: number;
}

/** The last line: without it, or with another sum, the file is not whole. */
export interface BackupEnd {
  readonly lines: number;
  /** SHA-256, in hex, over all lines before. */
  readonly sha256: string;
  /** The hash of the record's newest event, and how many events there are; the hash is null where there is none. */
  readonly record: { readonly hash: string | null; readonly events: number };
}
