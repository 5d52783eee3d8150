import { writeFileSync } from 'node:fs';
import { type Command, EXIT } from '../command.js';
import { parseFlags } from '../parse-flags.js';
import { harmless } from '../scan/harmless.js';
import { DATABASE_FLAGS, DATABASE_HELP, USUAL_EXITS, withAdministration } from './flags.js';

const FLAGS = {
  ...DATABASE_FLAGS,
  output: { type: 'string', short: 'o' },
  json: { type: 'boolean' },
} as const;

/** `mcp-governance controlplane export`: all policies as YAML. */
export const exportCommand: Command = {
  name: 'export',
  summary: 'writes all policies, tool tables and the policy document as YAML',
  help: [
    'Usage: mcp-governance controlplane export [-o file]',
    '',
    'Everything that people decided, under its ids; the policy document stands in it with its comments. Two',
    'exports of the same policies are the same text. What doors reported, keys, approvals and history are for',
    '`backup`.',
    '',
    'Options:',
    '  -o, --output f     write it to a file, readable by its owner only',
    ...DATABASE_HELP,
    '  --json             print { yaml } and nothing else',
    '  --help             this text',
    '',
    'Exit codes:',
    ...USUAL_EXITS,
  ].join('\n'),
  async run(args, terminal) {
    const given = parseFlags(args, FLAGS);
    if (given.help === true) {
      terminal.out(`${exportCommand.help}\n`);
      return EXIT.ok;
    }
    const yaml = await withAdministration(given, false, (opened) => opened.exportPolicies());
    if (given.output !== undefined) {
      writeFileSync(given.output, yaml, { mode: 0o600 });
      terminal.err(`Wrote the policies to ${harmless(given.output)}.\n`);
    } else if (given.json === true) terminal.out(`${JSON.stringify({ yaml })}\n`);
    else terminal.out(yaml);
    return EXIT.ok;
  },
};
