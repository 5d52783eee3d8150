import { ACTIONS, type Action, type Risk } from '../../call/action.js';
import { ConfigError } from '../../errors/config-error.js';
import type { ResultStatus } from '../audit-event.js';

/** Which events are meant; all that is given must hold. */
export interface AuditFilter {
  /** The session, whole. */
  sessionId?: string | undefined;
  /** The tool, whole. */
  tool?: string | undefined;
  /** The server, whole. */
  server?: string | undefined;
  /** The action that was decided. */
  action?: Action | undefined;
  /** The risk, as the policy had it. */
  riskLevel?: Risk | undefined;
  /** How the call ended. */
  resultStatus?: ResultStatus | undefined;
  /** Calls that arrived then or later: ISO 8601, or a date. */
  since?: string | Date | undefined;
  /** Calls that arrived before: ISO 8601, or a date. */
  until?: string | Date | undefined;
  /**
   * Words. Each must begin a word of the event: of its tool, server, agent, user, approver, session, rule, code, reason or
   * redacted arguments. Case and accents do not matter.
   */
  text?: string | undefined;
}

/** One page of events. */
export interface AuditQuery extends AuditFilter {
  /** Most events of the page, 1 to 10,000. Default 100. */
  limit?: number | undefined;
  /** Where the page before ended, as it said. */
  cursor?: string | undefined;
  /** Which events come first, by the time of their arrival; with `text`, by the order in which they were kept. Default `newest`. */
  order?: 'newest' | 'oldest' | undefined;
}

/** Where a page ended. */
export interface Place {
  readonly time: string;
  readonly seq: number;
}

/** Fields that are compared whole, and the columns that hold them. */
export const COLUMNS = {
  sessionId: 'session_id',
  tool: 'tool',
  server: 'server',
  action: 'action',
  riskLevel: 'risk_level',
  resultStatus: 'result_status',
} as const;

/** A query with every default settled, as stores take it: plain data. */
export interface ResolvedQuery {
  readonly equal: readonly (readonly [field: keyof typeof COLUMNS, value: string])[];
  readonly since: string | undefined;
  readonly until: string | undefined;
  /** Lower case, without accents: letters and digits only. */
  readonly words: readonly string[];
  readonly limit: number;
  readonly after: Place | undefined;
  readonly oldestFirst: boolean;
}

/** Most words of one search: each is looked up by itself. */
const MOST_WORDS = 20;
const RISKS: readonly string[] = ['low', 'medium', 'high', 'critical'];
const STATUSES: readonly string[] = ['success', 'tool_error', 'blocked', 'denied', 'cancelled', 'unknown_after_crash'];
const KNOWN = { action: ACTIONS as readonly string[], riskLevel: RISKS, resultStatus: STATUSES };

/**
 * Settles a query.
 *
 * @throws ConfigError for a time, a word, a limit or a cursor that cannot be read.
 */
export function resolveQuery(query: AuditQuery): ResolvedQuery {
  const { limit = 100, cursor, order = 'newest' } = query;
  if (!Number.isInteger(limit) || limit < 1 || limit > 10_000) {
    throw new ConfigError('limit must be a whole number from 1 to 10000. Page on with the cursor for more.');
  }
  for (const [field, words] of Object.entries(KNOWN)) {
    const value = query[field as keyof typeof KNOWN];
    if (value === undefined || words.includes(value)) continue;
    throw new ConfigError(`${field} must be one of ${words.join(', ')}.`);
  }
  return {
    equal: (Object.keys(COLUMNS) as (keyof typeof COLUMNS)[]).flatMap((field) =>
      query[field] === undefined ? [] : [[field, query[field]] as const],
    ),
    since: timeOf(query.since, 'since'),
    until: timeOf(query.until, 'until'),
    words: textOf(query.text),
    limit,
    after: cursor === undefined ? undefined : readCursor(cursor),
    oldestFirst: order === 'oldest',
  };
}

/** Cuts a text into words: runs of letters and digits, in lower case and without accents. */
export function wordsOf(text: string): string[] {
  return (
    text
      .normalize('NFD')
      .replace(/\p{Mn}/gu, '')
      .toLowerCase()
      .match(/[\p{L}\p{N}\p{Co}]+/gu) ?? []
  );
}

function textOf(text = ''): string[] {
  const words = wordsOf(text);
  // Else a search for signs would find everything.
  if (words.length === 0 && text.trim() !== '') throw new ConfigError('text must hold a word: letters or digits.');
  if (words.length > MOST_WORDS) throw new ConfigError(`text must hold no more than ${MOST_WORDS} words.`);
  return words;
}

/** Writes where a page ended, for whoever wants the next one. */
export function writeCursor({ time, seq }: Place): string {
  return Buffer.from(`${seq} ${time}`).toString('base64url');
}

function readCursor(cursor: string): Place {
  const [, seq, time] = /^(\d{1,16}) (\S{0,40})$/.exec(Buffer.from(cursor, 'base64url').toString()) ?? [];
  if (seq !== undefined && time !== undefined) return { seq: Number(seq), time };
  throw new ConfigError('cursor must be one that getLog gave back.');
}

function timeOf(time: string | Date | undefined, name: string): string | undefined {
  if (time === undefined) return undefined;
  const date = new Date(time);
  if (!Number.isNaN(date.getTime())) return date.toISOString();
  throw new ConfigError(`${name} must be a time, as in 2026-01-31 or 2026-01-31T12:00:00Z.`);
}
