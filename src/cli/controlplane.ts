import { nearest } from '../errors/config-error.js';
import { type Command, EXIT, UsageError } from './command.js';
import { backup } from './controlplane/backup.js';
import { exportCommand } from './controlplane/export.js';
import { importCommand } from './controlplane/import.js';
import { keys } from './controlplane/keys.js';
import { prune } from './controlplane/prune.js';
import { replay } from './controlplane/replay.js';
import { restore } from './controlplane/restore.js';
import { serve } from './controlplane/serve.js';
import { harmless } from './scan/harmless.js';

/** What `controlplane` can do besides serving, in the order in which `--help` lists it. */
export const CONTROLPLANE_COMMANDS: readonly Command[] = [
  keys,
  exportCommand,
  importCommand,
  replay,
  backup,
  restore,
  prune,
];

/** `mcp-governance controlplane`: the service behind many doors, and its administration. */
export const controlplane: Command = {
  name: 'controlplane',
  summary: 'the service behind many doors: serve, keys, export, import, replay, backup, restore, prune',
  help: [
    serve.help,
    '',
    'Other commands, on the same database (mcp-governance controlplane <command> --help for one of them):',
    ...CONTROLPLANE_COMMANDS.map(({ name, summary }) => `  ${name.padEnd(10)}${summary}`),
  ].join('\n'),
  async run(args, terminal) {
    const [word, ...rest] = args;
    if (word === '--help' || word === '-h' || word === 'help') {
      const topic = CONTROLPLANE_COMMANDS.find(({ name }) => name === rest[0]);
      terminal.out(`${(topic ?? controlplane).help}\n`);
      return EXIT.ok;
    }
    if (word === undefined || word.startsWith('-')) return serve.run(args, terminal);
    if (word === serve.name) return serve.run(rest, terminal);
    const command = CONTROLPLANE_COMMANDS.find(({ name }) => name === word);
    if (command === undefined) throw new UsageError(unknownWord(word));
    try {
      return await command.run(rest, terminal);
    } catch (fault) {
      if (!(fault instanceof UsageError)) throw fault;
      throw new UsageError(fault.message, { cause: fault, command: command.name });
    }
  },
};

function unknownWord(word: string): string {
  const near = nearest(
    word,
    [serve, ...CONTROLPLANE_COMMANDS].map(({ name }) => name),
  );
  return `unknown controlplane command '${harmless(word)}'.${near === '' ? '' : ` Did you mean '${near}'?`}`;
}
