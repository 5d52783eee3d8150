import { type Command, EXIT } from '../command.js';
import { parseFlagsAndWords } from '../parse-flags.js';
import { harmless } from '../scan/harmless.js';
import { DATABASE_FLAGS, DATABASE_HELP, onlyFile, USUAL_EXITS, withAdministration } from './flags.js';

const FLAGS = { ...DATABASE_FLAGS, json: { type: 'boolean' } } as const;

/** `mcp-governance controlplane backup`: everything into one file. */
export const backup: Command = {
  name: 'backup',
  summary: 'writes everything to one file, while the service runs',
  help: [
    'Usage: mcp-governance controlplane backup <file>',
    '',
    'Policies with their history, tool tables and definitions, keys as hashes, approvals and the record; not',
    'the key that signs checkpoints. The file is the same for both databases: a backup of one can be restored',
    'into the other.',
    '',
    'Options:',
    ...DATABASE_HELP,
    '  --json             print { revision, rows, events } and nothing else',
    '  --help             this text',
    '',
    'Exit codes:',
    ...USUAL_EXITS,
  ].join('\n'),
  async run(args, terminal) {
    const { given, words } = parseFlagsAndWords(args, FLAGS);
    if (given.help === true) {
      terminal.out(`${backup.help}\n`);
      return EXIT.ok;
    }
    const file = onlyFile(words, 'where the backup goes');
    const done = await withAdministration(given, false, (opened) => opened.backup(file));
    if (given.json === true) terminal.out(`${JSON.stringify(done)}\n`);
    else {
      const { revision, rows, events } = done;
      terminal.out(`Wrote ${rows} rows up to revision ${revision}, and ${events} events, to ${harmless(file)}\n`);
    }
    return EXIT.ok;
  },
};
