import type { Style, Terminal } from '../terminal.js';
import type { Outcome } from './judge-call.js';
import type { Played, PlayedCall, PlayedStep } from './play.js';

type Paint = Terminal['paint'];

/** What every line of the page begins with. */
export const INDENT = '  ';

const PAGE_WIDTH = 100;
const WIDTHS = { tool: 20, about: 38, action: 10, outcome: 18, micros: 9 } as const;

/** Went through, went through with something done about it, did not go through. */
const STYLES: Readonly<Record<Outcome, Style>> = {
  allowed: 'green',
  approved: 'green',
  warned: 'yellow',
  throttled: 'yellow',
  redacted: 'yellow',
  failed_open: 'yellow',
  blocked: 'red',
  rate_limited: 'red',
  pii_blocked: 'red',
  approval_missing: 'red',
  denied: 'red',
  failed_closed: 'red',
  too_large: 'red',
  unexpected: 'red',
};

/** The head of a table of calls, and what happened below it. */
export function writeRows(played: readonly Played[], paint: Paint): string[] {
  const rows = played.flatMap((each) => writeRow(each, paint));
  return [paint('dim', header()), ...rows.filter((text, at) => text !== '' || rows[at - 1] !== '')];
}

function writeRow(played: Played, paint: Paint): string[] {
  return played.kind === 'call' ? writeCall(played, paint) : writeStep(played, paint);
}

function header(): string {
  const words = { tool: 'TOOL', about: 'CALL', action: 'DECIDED', outcome: 'OUTCOME', micros: 'TIME' };
  return row(words.tool, words.about, words.action, words.outcome, words.micros, (_, text) => text, 'dim');
}

function row(tool: string, about: string, action: string, outcome: string, time: string, paint: Paint, style: Style) {
  return [
    INDENT,
    paint('bold', tool.padEnd(WIDTHS.tool)),
    about.padEnd(WIDTHS.about),
    action.padEnd(WIDTHS.action),
    paint(style, outcome.padEnd(WIDTHS.outcome)),
    time.padStart(WIDTHS.micros),
  ].join('');
}

function writeCall({ about, line }: PlayedCall, paint: Paint): string[] {
  const { tool, action, outcome, expected, micros, reason } = line;
  const time = `${micros.toLocaleString('en')} µs`;
  const rows = [row(tool, about, action, outcome.replaceAll('_', ' '), time, paint, STYLES[outcome])];
  for (const text of wrap(reason, PAGE_WIDTH - INDENT.length - WIDTHS.tool))
    rows.push(paint('dim', `${INDENT}${' '.repeat(WIDTHS.tool)}${text}`));
  if (outcome !== expected) rows.push(paint('red', `${INDENT}${' '.repeat(WIDTHS.tool)}expected: ${expected}`));
  return rows;
}

/** Stands apart from the calls around it. */
function writeStep({ told, request, seen }: PlayedStep, paint: Paint): string[] {
  const inner = INDENT.repeat(2);
  const lines = (text: string): string[] => (text === '' ? [] : wrap(text, PAGE_WIDTH - inner.length));
  return [
    '',
    ...lines(told).map((text, at) => `${at === 0 ? `${INDENT}${paint('bold', '>')} ` : inner}${paint('bold', text)}`),
    ...request.flatMap(fold).map((text) => paint('cyan', `${inner}${text}`)),
    ...lines(seen).map((text) => paint('green', `${inner}${text}`)),
    '',
  ];
}

/** Breaks a line of code that is too long, and leaves the others as they are. */
function fold(line: string): string[] {
  const most = PAGE_WIDTH - 2 * INDENT.length;
  return line.length <= most ? [line] : wrap(line, most);
}

function wrap(text: string, width: number): string[] {
  const rows: string[] = [];
  for (const word of text.split(/\s+/)) {
    const last = rows.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width) rows[rows.length - 1] = `${last} ${word}`;
    else rows.push(word);
  }
  return rows;
}
