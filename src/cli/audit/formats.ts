import type { StoredEvent } from '../../audit/audit-event.js';
import { harmless } from '../scan/harmless.js';
import { fit, widthOf } from './fit.js';
import type { Style, Terminal } from '../terminal.js';

/** The forms in which events are written. */
export const FORMATS = ['table', 'json', 'jsonl', 'csv'] as const;

/** One of them. */
export type Format = (typeof FORMATS)[number];

interface Column {
  readonly title: string;
  readonly of: (event: StoredEvent) => string;
  /** Widest it may become while others need room. */
  readonly most: number;
  /** How far it may be cut for the sake of others; undefined: not at all. */
  readonly least?: number;
}

const COLUMNS: readonly Column[] = [
  { title: 'TIME', of: ({ timestamp }) => timestamp.slice(0, 19).replace('T', ' '), most: 19 },
  { title: 'STATUS', of: ({ resultStatus }) => resultStatus, most: 19 },
  { title: 'DECISION', of: ({ policyDecision }) => policyDecision, most: 16 },
  { title: 'TOOL', of: ({ server, tool }) => (tool === '' ? '-' : `${server}:${tool}`), most: 36, least: 16 },
  { title: 'AGENT', of: ({ agent }) => agent || '-', most: 18, least: 8 },
  { title: 'MS', of: ({ durationMs }) => durationMs.toFixed(1), most: 9 },
  {
    title: 'REASON',
    of: ({ reason, method, tool }) => `${tool === '' ? `${method} ` : ''}${reason ?? ''}`,
    most: Infinity,
    least: 12,
  },
];

const STATUS_STYLES: Readonly<Partial<Record<string, Style>>> = {
  success: 'green',
  blocked: 'red',
  denied: 'red',
  tool_error: 'yellow',
  cancelled: 'yellow',
  unknown_after_crash: 'yellow',
};

/**
 * Writes events as a table.
 *
 * @param width - Columns of the terminal; lines are cut there. `Infinity` where nobody looks.
 */
export function toTable(
  events: readonly StoredEvent[],
  width: number,
  paint: Terminal['paint'],
  header = true,
): string {
  const cells = events.map((event) => COLUMNS.map(({ of }) => harmless(of(event))));
  const widths = shared(
    COLUMNS.map(({ title, most }, at) =>
      Math.min(most, Math.max(title.length, ...cells.map((row) => widthOf(row[at] ?? '')))),
    ),
    width,
  );
  const line = (row: readonly string[], style: (cell: string, at: number) => string): string => {
    let left = width;
    const shown: string[] = [];
    for (const [at, cell] of row.entries()) {
      const room = Math.min(widths[at] ?? 0, left);
      if (room < 1) break;
      const last = at === row.length - 1;
      shown.push(style(fit(cell, room, !last), at));
      left -= room + 2;
    }
    return `${shown.join('  ').trimEnd()}\n`;
  };
  const head = header
    ? line(
        COLUMNS.map(({ title }) => title),
        (cell) => paint('bold', cell),
      )
    : '';
  const body = cells.map((row) =>
    line(row, (cell, at) => (at === 1 ? paint(STATUS_STYLES[row[1] ?? ''] ?? 'dim', cell) : cell)),
  );
  return head + body.join('');
}

/** Cuts the widest columns until all of them fit, as far as they may be cut. */
function shared(widths: readonly number[], width: number): readonly number[] {
  const left = [...widths];
  let over = left.reduce((sum, each) => sum + each + 2, -2) - width;
  while (over > 0 && over !== Infinity) {
    const slack = left.map((each, at) => each - (COLUMNS[at]?.least ?? Infinity));
    const most = Math.max(...slack);
    if (most <= 0) break;
    const at = slack.indexOf(most);
    const by = Math.min(over, Math.ceil(most / 2));
    left[at] = (left[at] ?? 0) - by;
    over -= by;
  }
  return left;
}

/** The columns of the CSV, which is for tables elsewhere: one event a line, lists and objects as JSON. */
export const CSV_FIELDS = [
  ...['seq', 'id', 'timestamp', 'sessionId', 'agent', 'user', 'door', 'server', 'tool', 'method', 'action'],
  ...[
    'policyDecision',
    'matchedRule',
    'policyRevision',
    'riskLevel',
    'reason',
    'humanDecision',
    'approver',
    'paramsHash',
  ],
  ...[
    'params',
    'findings',
    'resultStatus',
    'statusCode',
    'errorCode',
    'durationMs',
    'governanceMs',
    'failedOpen',
    'traceId',
  ],
  'hash',
] as readonly (keyof StoredEvent)[];

/**
 * Writes events as lines of CSV (RFC 4180), without the header.
 *
 * @param isShown - True: somebody looks at it on a terminal, so that what would act on one there is replaced, also where a
 *   file may hold it. Default false.
 */
export function toCsv(events: readonly StoredEvent[], isShown = false): string {
  const cell = (value: unknown): string => {
    const written = csvCell(value);
    return isShown ? written.replace(/[\r\p{Cf}\p{Zl}\p{Zp}]/gu, '\ufffd') : written;
  };
  return events.map((event) => `${CSV_FIELDS.map((field) => cell(event[field])).join(',')}\r\n`).join('');
}

function csvCell(value: unknown): string {
  if (value === undefined) return '';
  if (typeof value === 'number') return String(value);
  // Tables need no control characters, and terminals would act on them.
  const text = (typeof value === 'string' ? value : JSON.stringify(value)).replace(/[^\P{Cc}\t\r\n]/gu, '\ufffd');
  // A spreadsheet would run what begins so.
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** JSON in which nothing acts on a terminal: what JSON itself leaves as it is, is escaped. It reads as the same value. */
export function toShownJson(value: unknown, indent?: number): string {
  const json = JSON.stringify(value, null, indent);
  return json.replace(/[\x7f-\x9f\p{Cf}\p{Zl}\p{Zp}]/gu, (character) =>
    Array.from(
      { length: character.length },
      (_, at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`,
    ).join(''),
  );
}
