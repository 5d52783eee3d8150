import { acceptPins, type WaitingPin, waitingPins } from '../../pins/accept.js';
import { type Command, EXIT, UsageError } from '../command.js';
import { parseFlagsAndWords } from '../parse-flags.js';
import { PIN_FLAGS, PIN_FLAGS_HELP, readWhich, UNUSABLE_HELP, withPins } from './open-pins.js';
import { showWaiting, writeWaiting } from './show-waiting.js';

const FLAGS = { ...PIN_FLAGS, all: { type: 'boolean' }, instructions: { type: 'boolean' } } as const;

/** `mcp-governance pins accept`: accepts what waits, as it is shown. */
export const accept: Command = {
  name: 'accept',
  summary: 'accepts what waits: of one tool, of one server, or all of it',
  help: [
    'Usage: mcp-governance pins accept <server> [tool] [--instructions] [--file f] [--json]',
    '       mcp-governance pins accept --all [--file f] [--json]',
    '',
    'Prints what was accepted. What changes once more while it is accepted still waits.',
    'Processes that share the file take it at once.',
    '',
    'Options:',
    '  --all       of all servers',
    '  --instructions  of the server, its instructions alone',
    ...PIN_FLAGS_HELP,
    '',
    'Exit codes:',
    `  ${EXIT.ok}   all that was meant is accepted`,
    `  ${EXIT.failed}   nothing of that name waits, or it changed once more`,
    UNUSABLE_HELP,
  ].join('\n'),
  async run(args, terminal) {
    const { given, words } = parseFlagsAndWords(args, FLAGS);
    if (given.help === true) {
      terminal.out(`${accept.help}\n`);
      return EXIT.ok;
    }
    const { server, tool } = readWhich(words);
    if ((server === undefined) !== (given.all === true)) {
      throw new UsageError('name a server, or --all for all of them', { command: 'accept' });
    }
    if (given.instructions === true && (server === undefined || tool !== undefined)) {
      throw new UsageError('--instructions are those of one server', { command: 'accept' });
    }
    return withPins(given.file, terminal, async (file, book) => {
      const shown = waitingPins(book, { server, tool }).filter(
        (each) => given.instructions !== true || each.tool === undefined,
      );
      let accepted: readonly WaitingPin[] = [];
      await file.update((newest) => {
        const made = acceptPins(newest, shown, new Date().toISOString());
        accepted = made.accepted;
        return made.book;
      });
      if (given.json === true) {
        terminal.out(`${JSON.stringify({ file: file.path, accepted: accepted.map(writeWaiting) }, null, 2)}\n`);
      } else
        for (const each of accepted)
          terminal.out(`${showWaiting(each, terminal)}${terminal.paint('green', 'accepted')}\n\n`);
      if (shown.length === 0)
        terminal.err('Nothing waits under that name. Names must be spelled exactly: mcp-governance pins diff\n');
      if (accepted.length < shown.length)
        terminal.err('Some changed once more meanwhile, and wait: mcp-governance pins diff\n');
      return shown.length > 0 && accepted.length === shown.length ? EXIT.ok : EXIT.failed;
    });
  },
};
