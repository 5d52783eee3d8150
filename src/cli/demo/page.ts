import { inspect } from 'node:util';
import type { Style, Terminal } from '../terminal.js';
import type { Outcome } from './judge-call.js';
import type { DemoLine } from './play.js';
import type { DemoCall } from './scenario.js';
import { DOCUMENT_TOOLS } from './settings.js';

type Paint = Terminal['paint'];

const INDENT = '  ';
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
  failed_closed: 'red',
  too_large: 'red',
  unexpected: 'red',
};

/** Writes the page that the demo prints for people, at most 100 columns wide. */
export function writePage(calls: readonly DemoCall[], lines: readonly DemoLine[], paint: Paint): string {
  const rows = lines.flatMap((line, at) => writeRow(line, calls[at]?.about ?? '', paint));
  const right = lines.filter(({ outcome, expected }) => outcome === expected).length;
  const all = right === lines.length;
  return [
    '',
    `${INDENT}${paint('bold', 'mcp-governance')}: real fastmcp servers in child processes, called over stdio by an MCP client.`,
    '',
    paint('dim', header()),
    ...rows,
    '',
    `${INDENT}${paint(all ? 'green' : 'red', `${right} of ${lines.length} calls ended as they should.`)}`,
    paint(
      'dim',
      `${INDENT}TIME is what governance took, measured in the server: without the tool, people and waiting.`,
    ),
    '',
    ...codeLines(paint),
    '',
    ...nextLines(paint),
    '',
  ].join('\n');
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

function writeRow(line: DemoLine, about: string, paint: Paint): string[] {
  const { tool, action, outcome, expected, micros, reason } = line;
  const time = `${micros.toLocaleString('en')} µs`;
  const rows = [row(tool, about, action, outcome.replaceAll('_', ' '), time, paint, STYLES[outcome])];
  for (const text of wrap(reason, 100 - INDENT.length - WIDTHS.tool))
    rows.push(paint('dim', `${INDENT}${' '.repeat(WIDTHS.tool)}${text}`));
  if (outcome !== expected) rows.push(paint('red', `${INDENT}${' '.repeat(WIDTHS.tool)}expected: ${expected}`));
  return rows;
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

/** The settings are printed from the object that governed the server, so that they cannot say anything else. */
function codeLines(paint: Paint): string[] {
  const settings = inspect(DOCUMENT_TOOLS, { depth: 3, breakLength: 90, compact: 2 }).split('\n');
  return [
    `${INDENT}${paint('bold', 'The two lines that did it')} (with GovernanceMiddleware from 'mcp-governance'):`,
    '',
    `${INDENT}${INDENT}${paint('cyan', "import { FastMCP } from 'mcp-governance/fastmcp';")}${paint('dim', "        // was: 'fastmcp'")}`,
    `${INDENT}${INDENT}${paint('cyan', 'server.addMiddleware(new GovernanceMiddleware({ toolConfigs }));')}`,
    '',
    ...settings.map((text, at) => paint('dim', `${INDENT}${INDENT}${at === 0 ? 'const toolConfigs = ' : ''}${text}`)),
  ];
}

function nextLines(paint: Paint): string[] {
  const line = (what: string, why: string): string => `${INDENT}${INDENT}${paint('cyan', what.padEnd(30))}${why}`;
  return [
    `${INDENT}${paint('bold', 'Next')}`,
    '',
    line('README.md', 'your own server: fastmcp, the MCP SDK 1.x or 2.x'),
    line('examples/', 'small programs that run: decorators, own scanners, OpenTelemetry'),
    line('mcp-governance demo --json', 'the same as data'),
  ];
}
