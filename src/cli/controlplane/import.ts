import { readFileSync } from 'node:fs';
import { type Command, EXIT, UsageError } from '../command.js';
import { parseFlagsAndWords } from '../parse-flags.js';
import { harmless } from '../scan/harmless.js';
import { DATABASE_FLAGS, DATABASE_HELP, onlyFile, USUAL_EXITS, withAdministration } from './flags.js';

const FLAGS = {
  ...DATABASE_FLAGS,
  replace: { type: 'boolean' },
  by: { type: 'string' },
  json: { type: 'boolean' },
} as const;

/** `mcp-governance controlplane import`: brings in what `export` wrote. */
export const importCommand: Command = {
  name: 'import',
  summary: 'brings in what export wrote, all of it or nothing',
  help: [
    'Usage: mcp-governance controlplane import <file> [--replace] [--by name]',
    '',
    'Each policy, table and document that is another one becomes a revision; what is the same stays as it is.',
    'All of it is checked before anything is changed, tests of the document included.',
    '',
    'Options:',
    '  --replace          remove policies, rows and the document where they do not stand in the file',
    '  --by name          record the changes under this name; default `import`',
    ...DATABASE_HELP,
    '  --json             print { created, updated, deleted, unchanged } and nothing else',
    '  --help             this text',
    '',
    'Exit codes:',
    ...USUAL_EXITS,
  ].join('\n'),
  async run(args, terminal) {
    const { given, words } = parseFlagsAndWords(args, FLAGS);
    if (given.help === true) {
      terminal.out(`${importCommand.help}\n`);
      return EXIT.ok;
    }
    const text = readText(onlyFile(words, 'what `export` wrote'));
    const options = { by: given.by ?? 'import', replace: given.replace === true };
    const done = await withAdministration(given, true, (opened) => opened.importPolicies(text, options));
    if (given.json === true) terminal.out(`${JSON.stringify(done)}\n`);
    else {
      const { created, updated, deleted, unchanged } = done;
      terminal.out(`${created} created, ${updated} changed, ${deleted} deleted, ${unchanged} as they were\n`);
    }
    return EXIT.ok;
  },
};

/**
 * The text of a file.
 *
 * @throws UsageError where it cannot be read.
 */
export function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (fault) {
    throw new UsageError(`${harmless(file)} cannot be read`, { cause: fault });
  }
}
