import { type Command, EXIT } from '../command.js';
import { parseFlagsAndWords } from '../parse-flags.js';
import { DATABASE_FLAGS, DATABASE_HELP, onlyFile, USUAL_EXITS, withAdministration } from './flags.js';

const FLAGS = { ...DATABASE_FLAGS, json: { type: 'boolean' } } as const;

/** `mcp-governance controlplane restore`: a backup into an empty database. */
export const restore: Command = {
  name: 'restore',
  summary: 'brings a backup back into an empty database',
  help: [
    'Usage: mcp-governance controlplane restore <file>',
    '',
    'The database and the record must be empty; a file that is damaged or cut off is refused before anything is',
    'changed. Requests for approval that were open are settled, people log in again, and the revision jumps by',
    '1,000, so that doors which saw later revisions follow. Keys that were revoked after the backup are valid',
    'again: revoke them once more.',
    '',
    'Options:',
    ...DATABASE_HELP,
    '  --json             print { createdAt, revision, rows, events, sameRecord } and nothing else',
    '  --help             this text',
    '',
    'Exit codes:',
    ...USUAL_EXITS,
  ].join('\n'),
  async run(args, terminal) {
    const { given, words } = parseFlagsAndWords(args, FLAGS);
    if (given.help === true) {
      terminal.out(`${restore.help}\n`);
      return EXIT.ok;
    }
    const file = onlyFile(words, 'what `backup` wrote');
    const done = await withAdministration(given, true, (opened) => opened.restore(file));
    if (given.json === true) {
      terminal.out(`${JSON.stringify(done)}\n`);
      return EXIT.ok;
    }
    const { createdAt, revision, rows, events, sameRecord } = done;
    terminal.out(`Restored ${rows} rows and ${events} events of ${createdAt}; the revision is ${revision} now\n`);
    terminal.err(`Keys that were revoked after ${createdAt} are valid again: see \`controlplane keys list\`.\n`);
    if (!sameRecord) {
      terminal.err(
        'The record had been pruned before: its chain begins anew, and earlier checkpoints do not fit it.\n',
      );
    }
    return EXIT.ok;
  },
};
