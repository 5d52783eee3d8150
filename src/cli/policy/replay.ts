import { replayEvents } from '../../policy/tools/replay-events.js';
import { type Command, EXIT, UsageError } from '../command.js';
import { parseFlagsAndWords } from '../parse-flags.js';
import { readJsonLines } from './read-lines.js';
import { onlyFile, readPolicy } from './read-policy.js';
import { writeReplay } from './write-replay.js';

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
    else terminal.out(writeReplay(result, terminal.paint));
    return result.flips.length === 0 ? EXIT.ok : EXIT.failed;
  },
};
