import process from 'node:process';
import { AuditError } from '../../audit/audit-error.js';
import { AuditLogger } from '../../audit/audit-logger.js';
import type { AuditFilter } from '../../audit/query/audit-query.js';
import { ConfigError } from '../../errors/config-error.js';
import { EXIT, UsageError } from '../command.js';
import type { GivenFlags } from '../parse-flags.js';
import { harmless } from '../scan/harmless.js';
import type { Terminal } from '../terminal.js';

/** Where the record is; every command of `audit` takes it. */
export const PLACE_FLAGS = { url: { type: 'string' } } as const;

/** Which events are meant. */
export const FILTER_FLAGS = {
  session: { type: 'string' },
  tool: { type: 'string' },
  server: { type: 'string' },
  action: { type: 'string' },
  risk: { type: 'string' },
  status: { type: 'string' },
  since: { type: 'string' },
  until: { type: 'string' },
  text: { type: 'string' },
} as const;

/** What `--help` says of them. */
export const FILTER_HELP = [
  '  --session s     events of this session',
  '  --tool t        of this tool',
  '  --server s      of this server',
  '  --action a      allow, warn, throttle, review or block',
  '  --risk r        low, medium, high or critical',
  '  --status s      success, tool_error, blocked, denied, cancelled or unknown_after_crash',
  '  --since t       that arrived then or later: 2026-01-31, 2026-01-31T12:00Z, or 30m, 12h, 7d ago',
  '  --until t       that arrived before',
  '  --text words    each word begins a word of the event',
] as const;

/** What `--help` says of the place. */
export const URL_HELP =
  '  --url u         where the record is; default MCP_GOVERNANCE_AUDIT_URL, else file:audit.db' as const;

const UNITS = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** The filter that flags ask for. */
export function filterOf(given: GivenFlags<typeof FILTER_FLAGS>, now = Date.now()): AuditFilter {
  return {
    sessionId: given.session,
    tool: given.tool,
    server: given.server,
    // Checked with everything else where the query is settled.
    action: given.action as AuditFilter['action'],
    riskLevel: given.risk as AuditFilter['riskLevel'],
    resultStatus: given.status as AuditFilter['resultStatus'],
    since: timeOf(given.since, now),
    until: timeOf(given.until, now),
    text: given.text,
  };
}

function timeOf(text: string | undefined, now: number): string | Date | undefined {
  const [, count, unit] = /^(\d{1,6})([mhd])$/.exec(text ?? '') ?? [];
  return count === undefined ? text : new Date(now - Number(count) * UNITS[unit as keyof typeof UNITS]);
}

/**
 * Opens the record, does something with it, and closes it.
 *
 * @returns The exit code: that of `work`, or `usage` where the record cannot be read, because 1 would be an answer.
 * @throws UsageError for values of flags that cannot be read.
 */
export async function withRecord(
  place: { readonly url: string | undefined; readonly keyFile?: string | undefined },
  terminal: Terminal,
  work: (record: AuditLogger) => Promise<number>,
): Promise<number> {
  const record = asUsage(
    () => new AuditLogger({ url: placeOf(place.url), keyFile: place.keyFile, readOnly: true, worker: false }),
  );
  try {
    return await work(record);
  } catch (fault) {
    if (fault instanceof ConfigError) throw new UsageError(fault.message, { cause: fault });
    if (!(fault instanceof AuditError)) throw fault;
    terminal.err(`${harmless(fault.message)}\n`);
    return EXIT.usage;
  } finally {
    await record.close();
  }
}

function placeOf(url: string | undefined): string | undefined {
  const named = url ?? process.env['MCP_GOVERNANCE_AUDIT_URL'];
  return named === '' ? undefined : named;
}

function asUsage<T>(work: () => T): T {
  try {
    return work();
  } catch (fault) {
    if (fault instanceof ConfigError) throw new UsageError(`--${fault.message}`, { cause: fault });
    throw fault;
  }
}

/** Says how far a long reading is, on one line of a terminal; nothing where nobody would see it. */
export function progressOf(terminal: Terminal, what: string): (count: number) => void {
  let shown = Date.now();
  return (count) => {
    if (!process.stderr.isTTY || Date.now() - shown < 500) return;
    shown = Date.now();
    terminal.err(`\r${what} ${count.toLocaleString('en')} events ...\r`);
  };
}
