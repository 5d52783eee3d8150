import { type Command, EXIT, UsageError } from '../command.js';
import { parseFlagsAndWords } from '../parse-flags.js';
import { writeReplay } from '../policy/write-replay.js';
import { DATABASE_FLAGS, DATABASE_HELP, onlyFile, withAdministration } from './flags.js';
import { readText } from './import.js';

const FLAGS = {
  ...DATABASE_FLAGS,
  since: { type: 'string' },
  limit: { type: 'string' },
  json: { type: 'boolean' },
} as const;

const CALLS = 1000;
const MOST_CALLS = 10_000;

/** `mcp-governance controlplane replay`: what a draft of the policy document would have done. */
export const replay: Command = {
  name: 'replay',
  summary: 'says which recorded calls a draft of the policy document would decide differently',
  help: [
    'Usage: mcp-governance controlplane replay <draft> [--since t] [--limit n] [--json]',
    '',
    'Decides calls of the record once more, by all policies as they are and the draft in place of the policy',
    'document.',
    '',
    'Options:',
    '  --since t          calls from this moment on, in ISO 8601; default all that are kept',
    `  --limit n          most calls, the newest first, up to ${MOST_CALLS}; default ${CALLS}`,
    ...DATABASE_HELP,
    '  --json             print one object { calls, undecided, withoutParams, flips } and nothing else',
    '  --help             this text',
    '',
    'Exit codes:',
    `  ${EXIT.ok}   no call would flip`,
    `  ${EXIT.failed}   some would, or the draft or the database cannot be used: the text says which`,
    `  ${EXIT.usage}   the command line cannot be understood`,
  ].join('\n'),
  async run(args, terminal) {
    const { given, words } = parseFlagsAndWords(args, FLAGS);
    if (given.help === true) {
      terminal.out(`${replay.help}\n`);
      return EXIT.ok;
    }
    const text = readText(onlyFile(words, 'the draft'));
    const choice = { since: given.since, limit: limitOf(given.limit) };
    const result = await withAdministration(given, false, (opened) => opened.replay(text, choice));
    terminal.out(given.json === true ? `${JSON.stringify(result, null, 2)}\n` : writeReplay(result, terminal.paint));
    return result.flips.length === 0 ? EXIT.ok : EXIT.failed;
  },
};

function limitOf(text: string | undefined): number {
  if (text === undefined) return CALLS;
  if (/^\d{1,5}$/.test(text) && Number(text) >= 1 && Number(text) <= MOST_CALLS) return Number(text);
  throw new UsageError(`--limit must be a number from 1 to ${MOST_CALLS}`);
}
