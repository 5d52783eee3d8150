import { nearest } from '../errors/config-error.js';
import { type Command, EXIT, UsageError } from './command.js';
import { accept } from './pins/accept.js';
import { diff } from './pins/diff.js';
import { list } from './pins/list.js';
import { harmless } from './scan/harmless.js';

const PIN_COMMANDS: readonly Command[] = [list, diff, accept];

/** `mcp-governance pins`: what tools were when they were first seen, and what became of them. */
export const pins: Command = {
  name: 'pins',
  summary: 'tools whose definitions changed: list, diff, accept',
  help: [
    'Usage: mcp-governance pins <command> [options]',
    '',
    'Commands (mcp-governance pins <command> --help for one of them):',
    ...PIN_COMMANDS.map(({ name, summary }) => `  ${name.padEnd(10)}${summary}`),
  ].join('\n'),
  async run(args, terminal) {
    const [word, ...rest] = args;
    if (word === '--help' || word === '-h' || word === 'help') {
      const topic = PIN_COMMANDS.find(({ name }) => name === rest[0]);
      terminal.out(`${(topic ?? pins).help}\n`);
      return EXIT.ok;
    }
    const command = PIN_COMMANDS.find(({ name }) => name === word);
    if (command !== undefined) return command.run(rest, terminal);
    if (word === undefined) throw new UsageError('say what to do: list, diff or accept');
    const near = nearest(
      word,
      PIN_COMMANDS.map(({ name }) => name),
    );
    throw new UsageError(`unknown pins command '${harmless(word)}'.${near === '' ? '' : ` Did you mean '${near}'?`}`);
  },
};
