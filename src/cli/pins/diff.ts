import { waitingPins } from '../../pins/accept.js';
import { type Command, EXIT } from '../command.js';
import { parseFlagsAndWords } from '../parse-flags.js';
import { PIN_FLAGS, PIN_FLAGS_HELP, readWhich, UNUSABLE_HELP, withPins } from './open-pins.js';
import { showWaiting, writeWaiting } from './show-waiting.js';

/** `mcp-governance pins diff`: what is no longer as it was accepted. */
export const diff: Command = {
  name: 'diff',
  summary: 'what is no longer as it was accepted, member by member',
  help: [
    'Usage: mcp-governance pins diff [server] [tool] [--file f] [--json]',
    '',
    'What cannot be seen is written out (\\u{200b}); secrets are masked.',
    '',
    'Options:',
    ...PIN_FLAGS_HELP,
    '',
    'Exit codes:',
    `  ${EXIT.ok}   nothing waits`,
    `  ${EXIT.failed}   something was changed, added or removed`,
    UNUSABLE_HELP,
  ].join('\n'),
  async run(args, terminal) {
    const { given, words } = parseFlagsAndWords(args, PIN_FLAGS);
    if (given.help === true) {
      terminal.out(`${diff.help}\n`);
      return EXIT.ok;
    }
    const which = readWhich(words);
    return withPins(given.file, terminal, (file, book) => {
      const waiting = waitingPins(book, which);
      if (given.json === true) {
        terminal.out(`${JSON.stringify({ file: file.path, waiting: waiting.map(writeWaiting) }, null, 2)}\n`);
      } else {
        for (const each of waiting) terminal.out(`${showWaiting(each, terminal)}\n`);
        if (waiting.length === 0) terminal.out('Nothing waits.\n');
        else terminal.err('To accept: mcp-governance pins accept <server> [tool], or --all\n');
      }
      return waiting.length === 0 ? EXIT.ok : EXIT.failed;
    });
  },
};
