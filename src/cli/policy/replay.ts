import { type Flip, type Replay, replayEvents } from '../../policy/tools/replay-events.js';
import { type Command, EXIT, UsageError } from '../command.js';
import { parseFlagsAndWords } from '../parse-flags.js';
import { harmless } from '../scan/harmless.js';
import type { Terminal } from '../terminal.js';
import { ACTION_STYLES } from './action-styles.js';
import { readJsonLines } from './read-lines.js';
import { onlyFile, readPolicy } from './read-policy.js';

/** `mcp-governance policy replay`: which recorded calls a policy would decide differently. */
export const replay: Command = {
  name: 'replay',
  summary: 'runs a policy over recorded audit events and counts the calls that would flip',
  help: [
    'Usage: mcp-governance policy replay <file> --events audit.jsonl [--json]',
    '',
    'Decides recorded calls once more, each at its own time, and groups those whose action would be another one.',
    'Recorded arguments are redacted, and attributes of the caller are not recorded: rules that read those may decide',
    'otherwise than they would on the real call.',
    '',
    'Options:',
    '  --events f  audit events, one JSON object a line',
    '  --json      print one object { calls, undecided, withoutParams, flips } and nothing else',
    '  --help      this text',
    '',
    'Exit codes:',
    `  ${EXIT.ok}        no call would flip`,
    `  ${EXIT.failed}        some would`,
    `  ${EXIT.usage}        the command line cannot be understood, or a file cannot be used`,
  ].join('\n'),
  async run(args, terminal) {
    const { given, words } = parseFlagsAndWords(args, { events: { type: 'string' }, json: { type: 'boolean' } });
    if (given.help === true) {
      terminal.out(`${replay.help}\n`);
      return EXIT.ok;
    }
    const file = onlyFile(words);
    if (given.events === undefined) throw new UsageError('--events is missing: name a file of audit events');
    const result = replayEvents(readPolicy(file).policy, readJsonLines(given.events));
    if (given.json === true) terminal.out(`${JSON.stringify(result, null, 2)}\n`);
    else terminal.out(result.flips.map((flip) => writeFlip(flip, terminal.paint)).join('') + writeSummary(result));
    return result.flips.length === 0 ? EXIT.ok : EXIT.failed;
  },
};

function writeFlip({ server, tool, from, to, rule, count }: Flip, paint: Terminal['paint']): string {
  const arrow = `${paint(ACTION_STYLES[from], from)} -> ${paint(ACTION_STYLES[to], to)}`;
  return `${String(count).padStart(6)}  ${arrow}  ${harmless(`${server}:${tool}`)}  by ${harmless(rule)}\n`;
}

function writeSummary({ calls, undecided, withoutParams, flips }: Replay): string {
  const flipped = flips.reduce((sum, { count }) => sum + count, 0);
  const notes = [
    undecided === 0 ? '' : `; ${undecided} more were refused before any decision`,
    withoutParams === 0 ? '' : `; ${withoutParams} were recorded without arguments and judged so`,
  ];
  return `${flipped} of ${calls} calls would be decided differently${notes.join('')}\n`;
}
