import { inspect } from 'node:util';
import type { Terminal } from '../terminal.js';
import type { Played, PlayedCall } from './play.js';
import { INDENT, writeRows } from './rows.js';
import { DOCUMENT_TOOLS } from './settings.js';

type Paint = Terminal['paint'];

/** What the page tells. */
export interface PageContent {
  readonly standalone: readonly PlayedCall[];
  readonly connected: readonly Played[];
  /** Where the controlplane was. */
  readonly url: string;
}

/** Writes the page that the demo prints for people, at most 100 columns wide. */
export function writePage({ standalone, connected, url }: PageContent, paint: Paint): string {
  const calls = [...standalone, ...connected].filter((each) => each.kind === 'call');
  const right = calls.filter(({ line }) => line.outcome === line.expected).length;
  return [
    '',
    `${INDENT}${paint('bold', 'mcp-governance')}: real fastmcp servers in child processes, called over stdio by an MCP client.`,
    '',
    title('1', 'Standalone', 'two servers, governed by settings in their own code.', paint),
    '',
    ...writeRows(standalone, paint),
    '',
    ...codeLines(paint),
    '',
    title('2', 'Connected', 'a server that takes its policies from a controlplane, while it runs.', paint),
    `${INDENT}   The controlplane is at ${url}, in this very process: no account, no network.`,
    '',
    ...writeRows(connected, paint),
    ...connectLines(paint),
    '',
    `${INDENT}${paint(right === calls.length ? 'green' : 'red', `${right} of ${calls.length} calls ended as they should.`)}`,
    paint(
      'dim',
      `${INDENT}TIME is what governance took, measured in the server: without the tool, people and waiting.`,
    ),
    '',
    ...nextLines(url, paint),
    '',
  ].join('\n');
}

function title(number: string, name: string, what: string, paint: Paint): string {
  return `${INDENT}${paint('bold', `${number}  ${name}`)}: ${what}`;
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

function connectLines(paint: Paint): string[] {
  return [
    `${INDENT}${paint('bold', 'The two lines that connected it')} (there is nothing about it in its code):`,
    '',
    ...['export WAXELL_API_URL=http://127.0.0.1:8787', 'export WAXELL_API_KEY=wax_sk_...'].map(
      (text) => `${INDENT}${INDENT}${paint('cyan', text)}`,
    ),
  ];
}

function nextLines(url: string, paint: Paint): string[] {
  const line = (what: string, why: string): string => `${INDENT}${INDENT}${paint('cyan', what.padEnd(34))}${why}`;
  return [
    `${INDENT}${paint('bold', 'Next')} (the controlplane at ${url} is gone, with everything it kept)`,
    '',
    line('npx mcp-governance controlplane', 'one of your own: docs/guides/run-a-controlplane.md'),
    line('README.md', 'your own server: fastmcp, the MCP SDK 1.x or 2.x'),
    line('examples/', 'small programs that run: connected doors, approvals, scanners'),
    line('npx mcp-governance demo --json', 'the same as data'),
  ];
}
