import { writeFileSync } from 'node:fs';
import { writeStartingPolicy } from '../../policy/tools/write-starting-policy.js';
import { type Command, EXIT, UsageError } from '../command.js';
import { parseFlagsAndWords } from '../parse-flags.js';
import { harmless } from '../scan/harmless.js';
import { askServer, splitCommand } from './ask-server.js';
import { UnusableInput } from './unusable-input.js';

const FLAGS = {
  url: { type: 'string' },
  server: { type: 'string' },
  output: { type: 'string', short: 'o' },
  force: { type: 'boolean' },
} as const;

/** `mcp-governance policy init`: writes a policy to start from, made of the tools of a server. */
export const init: Command = {
  name: 'init',
  summary: 'asks a server for its tools and writes a policy to start from',
  help: [
    'Usage: mcp-governance policy init [-o file] [--force] [--server name] (--url url | -- command ...)',
    '',
    'Starts the server, or calls it at its URL, asks for its tools, and writes a policy with comments: reading is',
    'allowed, writing reviewed, destroying blocked. Names, annotations and schemas are claims of the author: read it.',
    'Needs @modelcontextprotocol/sdk.',
    '',
    'Options:',
    '  --url url          an MCP server over Streamable HTTP',
    '  --server name      the name under which calls of it are governed; by default what the server calls itself',
    '  -o, --output file  write to a file that is not there yet, instead of printing',
    '  --force            overwrite the file',
    '  --help             this text',
    '',
    'Exit codes:',
    `  ${EXIT.ok}        the policy was written`,
    `  ${EXIT.usage}        the command line cannot be understood, the server does not answer, or the file is there`,
  ].join('\n'),
  async run(args, terminal) {
    const { own, command } = splitCommand(args);
    const { given, words } = parseFlagsAndWords(own, FLAGS);
    if (given.help === true) {
      terminal.out(`${init.help}\n`);
      return EXIT.ok;
    }
    if (words.length > 0) throw new UsageError('the command that starts the server stands behind --');
    if ((given.url === undefined) === (command.length === 0)) {
      throw new UsageError('name one server: --url http://127.0.0.1:8080/mcp, or -- and the command that starts it');
    }
    const asked = await askServer({ url: given.url, command });
    const text = writeStartingPolicy(given.server ?? asked.name, asked.tools);
    if (given.output === undefined) {
      terminal.out(text);
      return EXIT.ok;
    }
    save(given.output, text, given.force === true);
    const file = harmless(given.output);
    terminal.out(
      `${file}: a policy for ${asked.tools.length} tools. Read it, then: mcp-governance policy test ${file}\n`,
    );
    return EXIT.ok;
  },
};

function save(file: string, text: string, force: boolean): void {
  try {
    writeFileSync(file, text, { flag: force ? 'w' : 'wx' });
  } catch (fault) {
    const { code } = fault as NodeJS.ErrnoException;
    const why =
      code === 'EEXIST' ? 'is there already; --force overwrites it' : `cannot be written (${code ?? 'unknown fault'})`;
    throw new UnusableInput(`${harmless(file)}: ${why}`, { cause: fault });
  }
}
