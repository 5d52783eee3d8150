import { writeFileSync } from 'node:fs';
import { type Command, EXIT } from '../command.js';
import { parseFlags } from '../parse-flags.js';
import { harmless } from '../scan/harmless.js';
import { PLACE_FLAGS, URL_HELP, withRecord } from './open-record.js';

const FLAGS = {
  ...PLACE_FLAGS,
  key: { type: 'string' },
  json: { type: 'boolean' },
  output: { type: 'string', short: 'o' },
} as const;

/** `mcp-governance audit checkpoint`: signs the end of the record. */
export const checkpoint: Command = {
  name: 'checkpoint',
  summary: 'signs the end of the record, to be kept elsewhere',
  help: [
    'Usage: mcp-governance audit checkpoint [-o file] [--key file] [--url u]',
    '',
    'Prints a signed object: place and hash of the newest event. Kept elsewhere, it shows later that nothing before it',
    'was changed and nothing was cut off: `audit verify --checkpoint file`.',
    '',
    'Options:',
    '  -o, --output f  write it to a file instead',
    '  --key f         an Ed25519 key in PEM; made, with the rights 0600, where it is missing. Default: beside the record',
    URL_HELP,
    '  --json          what it does anyway',
    '  --help          this text',
    '',
    'Exit codes:',
    `  ${EXIT.ok}   signed`,
    `  ${EXIT.usage}   the command line cannot be understood, or the record or the key cannot be used`,
  ].join('\n'),
  async run(args, terminal) {
    const given = parseFlags(args, FLAGS);
    if (given.help === true) {
      terminal.out(`${checkpoint.help}\n`);
      return EXIT.ok;
    }
    return withRecord({ url: given.url, keyFile: given.key }, terminal, async (record) => {
      const text = `${JSON.stringify(await record.checkpoint(), null, 2)}\n`;
      if (given.output === undefined) terminal.out(text);
      else {
        writeFileSync(given.output, text);
        terminal.err(
          `Wrote the checkpoint to ${harmless(given.output)}. Keep it where the record cannot be changed.\n`,
        );
      }
      return EXIT.ok;
    });
  },
};
