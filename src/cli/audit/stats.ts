import process from 'node:process';
import type { AuditStats, Percentiles } from '../../audit/query/audit-stats.js';
import { type Command, EXIT } from '../command.js';
import { parseFlags } from '../parse-flags.js';
import { harmless } from '../scan/harmless.js';
import type { Terminal } from '../terminal.js';
import { fit } from './fit.js';
import { FILTER_FLAGS, FILTER_HELP, filterOf, PLACE_FLAGS, progressOf, URL_HELP, withRecord } from './open-record.js';

const MOST = 10;
const FLAGS = { ...PLACE_FLAGS, ...FILTER_FLAGS, json: { type: 'boolean' } } as const;

/** `mcp-governance audit stats`: the record in numbers. */
export const stats: Command = {
  name: 'stats',
  summary: 'counts by decision, status, tool and agent, and percentiles of durations',
  help: [
    'Usage: mcp-governance audit stats [filters] [--url u] [--json]',
    '',
    'Filters:',
    ...FILTER_HELP,
    '',
    'Options:',
    URL_HELP,
    '  --json          print one object and nothing else, with all tools and agents',
    '  --help          this text',
    '',
    'Exit codes:',
    `  ${EXIT.ok}   counted`,
    `  ${EXIT.usage}   the command line cannot be understood, or the record cannot be read`,
  ].join('\n'),
  async run(args, terminal) {
    const given = parseFlags(args, FLAGS);
    if (given.help === true) {
      terminal.out(`${stats.help}\n`);
      return EXIT.ok;
    }
    return withRecord({ url: given.url }, terminal, async (record) => {
      const result = await record.stats(filterOf(given), progressOf(terminal, 'Read'));
      terminal.out(given.json === true ? `${JSON.stringify(result, null, 2)}\n` : describe(result, terminal.paint));
      return EXIT.ok;
    });
  },
};

function describe(result: AuditStats, paint: Terminal['paint']): string {
  const span = result.from === undefined ? '' : `, ${result.from} to ${result.to ?? ''}`;
  return [
    `${result.events.toLocaleString('en')} events${span}\n`,
    section('decision', result.byDecision, paint),
    section('status', result.byStatus, paint),
    section('tool', result.byTool, paint),
    section('agent', result.byAgent, paint),
    times('whole call', result.durationMs),
    times('governance', result.governanceMs),
    result.durationMs === undefined ? '' : '\n',
  ].join('');
}

function section(title: string, counts: AuditStats['byTool'], paint: Terminal['paint']): string {
  if (counts.length === 0) return '';
  const lines = counts
    .slice(0, MOST)
    .map(([name, count]) => `  ${String(count).padStart(10)}  ${fit(harmless(name) || '-', room(), false)}\n`);
  const rest = counts.length > MOST ? `              and ${counts.length - MOST} more\n` : '';
  return `\n${paint('bold', `By ${title}`)}\n${lines.join('')}${rest}`;
}

function times(what: string, percentiles: Percentiles | undefined): string {
  if (percentiles === undefined) return '';
  const { p50, p95, p99, max } = percentiles;
  const ms = (value: number): string => `${value.toFixed(1)} ms`;
  return `\n${what}: p50 ${ms(p50)}, p95 ${ms(p95)}, p99 ${ms(p99)}, longest ${ms(max)}`;
}

/** Columns for a name; what is longer than a line tells nobody more. */
function room(): number {
  return Math.max(20, (process.stdout.columns ?? 120) - 14);
}
