import process from 'node:process';
import type { StoredEvent } from '../../audit/audit-event.js';
import type { AuditLogger } from '../../audit/audit-logger.js';
import type { AuditFilter } from '../../audit/query/audit-query.js';
import { writeExport } from '../../audit/query/write-export.js';
import { systemClock } from '../../call/clock.js';
import { type Command, EXIT, UsageError } from '../command.js';
import { parseFlags } from '../parse-flags.js';
import { harmless } from '../scan/harmless.js';
import type { Terminal } from '../terminal.js';
import { following } from './follow.js';
import { CSV_FIELDS, type Format, FORMATS, toCsv, toShownJson, toTable } from './formats.js';
import { FILTER_FLAGS, FILTER_HELP, filterOf, PLACE_FLAGS, progressOf, URL_HELP, withRecord } from './open-record.js';

const FOLLOW_MS = 1_000;
const FLAGS = {
  ...PLACE_FLAGS,
  ...FILTER_FLAGS,
  limit: { type: 'string' },
  cursor: { type: 'string' },
  format: { type: 'string' },
  json: { type: 'boolean' },
  output: { type: 'string', short: 'o' },
  follow: { type: 'boolean', short: 'f' },
} as const;

/** `mcp-governance audit` without another word: shows events. */
export const list: Command = {
  name: 'list',
  summary: 'shows events, newest first; what audit does without another word',
  help: [
    'Usage: mcp-governance audit [list] [filters] [--limit n] [--format table|json|jsonl|csv] [-o file] [--follow]',
    '',
    'Shows events of the record, the newest first. With -o, all events that the filters leave, the oldest first.',
    '',
    'Filters:',
    ...FILTER_HELP,
    '',
    'Options:',
    URL_HELP,
    '  --limit n       most events, up to 10000; default 100, and with -o all',
    '  --cursor c      go on where --format json said that the page ended',
    '  --format f      table (default), json (one object { events, cursor }), jsonl or csv',
    '  --json          the same as --format json',
    '  -o, --output f  write to a file, which appears when it is whole; default format jsonl',
    '  -f, --follow    go on showing events as they are recorded; table or jsonl',
    '  --help          this text',
    '',
    'Exit codes:',
    `  ${EXIT.ok}   shown, also where there was nothing to show`,
    `  ${EXIT.usage}   the command line cannot be understood, or the record cannot be read`,
  ].join('\n'),
  async run(args, terminal) {
    const given = parseFlags(args, FLAGS);
    if (given.help === true) {
      terminal.out(`${list.help}\n`);
      return EXIT.ok;
    }
    const format = formatOf(given.format, given.json === true, given.output === undefined ? 'table' : 'jsonl');
    const filter = filterOf(given);
    const limit = given.limit === undefined ? undefined : Number(given.limit);
    if (given.follow === true && (format === 'json' || format === 'csv' || given.output !== undefined)) {
      throw new UsageError('--follow shows a table or jsonl, and writes no file');
    }
    return withRecord({ url: given.url }, terminal, async (record) => {
      if (given.output !== undefined) return save(record, given.output, format, filter, limit, terminal);
      const page = { limit, cursor: given.cursor };
      if (given.follow === true) return follow(record, filter, page, format, terminal);
      const { events, cursor } = await record.getLog({ ...filter, ...page });
      terminal.out(write(events, cursor, format, terminal));
      if (format === 'table') terminal.err(noteOf(events.length, cursor));
      return EXIT.ok;
    });
  },
};

function formatOf(format: string | undefined, json: boolean, fallback: Format): Format {
  const word = format ?? (json ? 'json' : fallback);
  const known = FORMATS.find((each) => each === word);
  if (known !== undefined) return known;
  throw new UsageError(`--format is one of ${FORMATS.join(', ')}, not '${harmless(word)}'`);
}

function write(events: readonly StoredEvent[], cursor: string | undefined, format: Format, terminal: Terminal): string {
  if (format === 'json') return `${toShownJson({ events, cursor }, 2)}\n`;
  if (format === 'jsonl') return events.map((event) => `${toShownJson(event)}\n`).join('');
  if (format === 'csv') return `${CSV_FIELDS.join(',')}\r\n${toCsv(events, process.stdout.isTTY)}`;
  return toTable(events, process.stdout.columns ?? Infinity, terminal.paint);
}

function noteOf(count: number, cursor: string | undefined): string {
  if (count === 0) return 'No event matches.\n';
  return cursor === undefined ? '' : `There are more: --limit for a longer page, -o for all.\n`;
}

async function save(
  record: AuditLogger,
  path: string,
  format: Format,
  filter: AuditFilter,
  limit: number | undefined,
  terminal: Terminal,
): Promise<number> {
  const progress = progressOf(terminal, 'Wrote');
  let count = 0;
  if (format === 'jsonl' && limit === undefined) count = await record.exportJsonl(path, filter, progress);
  else {
    const pages = limit === undefined ? record.scan(filter) : onePage(record, filter, limit);
    await writeExport(
      path,
      pieces(pages, format, (more) => progress((count += more))),
    );
  }
  terminal.err(`Wrote ${count.toLocaleString('en')} events to ${harmless(path)}.\n`);
  return EXIT.ok;
}

async function* onePage(
  record: AuditLogger,
  filter: AuditFilter,
  limit: number,
): AsyncGenerator<readonly StoredEvent[]> {
  yield (await record.getLog({ ...filter, limit })).events;
}

async function* pieces(
  pages: AsyncIterable<readonly StoredEvent[]>,
  format: Format,
  onPage: (count: number) => void,
): AsyncGenerator<string> {
  let first = true;
  if (format === 'csv') yield `${CSV_FIELDS.join(',')}\r\n`;
  if (format === 'json') yield '{"events":[';
  for await (const events of pages) {
    if (format === 'json')
      yield `${first || events.length === 0 ? '' : ','}${events.map((event) => JSON.stringify(event)).join(',\n')}`;
    else if (format === 'csv') yield toCsv(events);
    else if (format === 'jsonl') yield events.map((event) => `${JSON.stringify(event)}\n`).join('');
    else yield toTable(events, Infinity, (_, text) => text, first);
    first &&= events.length === 0;
    onPage(events.length);
  }
  if (format === 'json') yield ']}\n';
}

async function follow(
  record: AuditLogger,
  filter: AuditFilter,
  page: { readonly limit: number | undefined; readonly cursor: string | undefined },
  format: Format,
  terminal: Terminal,
): Promise<number> {
  const tick = (): Promise<void> => new Promise((resolve) => void systemClock.after(FOLLOW_MS, resolve));
  let header = true;
  for await (const events of following(record, filter, page, tick)) {
    const text =
      format === 'table'
        ? toTable(events, process.stdout.columns ?? Infinity, terminal.paint, header)
        : write(events, undefined, format, terminal);
    terminal.out(text);
    header = false;
  }
  return EXIT.ok;
}
