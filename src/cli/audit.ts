import { nearest } from '../errors/config-error.js';
import { checkpoint } from './audit/checkpoint.js';
import { list } from './audit/list.js';
import { stats } from './audit/stats.js';
import { verify } from './audit/verify.js';
import { type Command, EXIT, UsageError } from './command.js';
import { harmless } from './scan/harmless.js';

/** What `audit` can do, in the order in which `--help` lists it. */
export const AUDIT_COMMANDS: readonly Command[] = [list, verify, checkpoint, stats];

/** `mcp-governance audit`: reads and proves the record. */
export const audit: Command = {
  name: 'audit',
  summary: 'reads and proves the record: list, verify, checkpoint, stats',
  help: [
    list.help,
    '',
    'Other commands (mcp-governance audit <command> --help for one of them):',
    ...AUDIT_COMMANDS.slice(1).map(({ name, summary }) => `  ${name.padEnd(12)}${summary}`),
  ].join('\n'),
  async run(args, terminal) {
    const [word, ...rest] = args;
    if (word === '--help' || word === '-h' || word === 'help') {
      const topic = AUDIT_COMMANDS.find(({ name }) => name === rest[0]);
      terminal.out(`${(topic ?? audit).help}\n`);
      return EXIT.ok;
    }
    if (word === undefined || word.startsWith('-')) return list.run(args, terminal);
    const command = AUDIT_COMMANDS.find(({ name }) => name === word);
    if (command !== undefined) return command.run(rest, terminal);
    const near = nearest(
      word,
      AUDIT_COMMANDS.map(({ name }) => name),
    );
    throw new UsageError(`unknown audit command '${harmless(word)}'.${near === '' ? '' : ` Did you mean '${near}'?`}`);
  },
};
