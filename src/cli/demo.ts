import { fileURLToPath } from 'node:url';
import { type Command, EXIT } from './command.js';
import { writePage } from './demo/page.js';
import { playScenario } from './demo/play.js';
import { SCENARIO } from './demo/scenario.js';
import { parseFlags } from './parse-flags.js';
import type { Terminal } from './terminal.js';

const SERVER_FILE = fileURLToPath(new URL('./demo/server.js', import.meta.url));
const HOSTS = ['fastmcp', '@modelcontextprotocol/sdk/client/index.js', 'zod'];

/** `mcp-governance demo`: governed servers, a client that calls them, and what became of each call. */
export const demo: Command = {
  name: 'demo',
  summary: 'a governed server, a client that calls it, and what became of each call',
  help: [
    'Usage: mcp-governance demo [--json]',
    '',
    'Starts governed fastmcp servers, calls their tools, and says what was decided, why, and how long it took.',
    'Needs fastmcp and @modelcontextprotocol/sdk; no account and no network.',
    '',
    'Options:',
    '  --json   print an array of { tool, action, reason, outcome, expected, micros } and nothing else',
    '  --help   this text',
    '',
    'Exit codes:',
    `  ${EXIT.ok}        every call ended as it should`,
    `  ${EXIT.failed}        a call did not, or a package is missing`,
    `  ${EXIT.usage}        the command line cannot be understood`,
  ].join('\n'),
  async run(args, terminal) {
    const flags = parseFlags(args, { json: { type: 'boolean' } });
    if (flags.help === true) {
      terminal.out(`${demo.help}\n`);
      return EXIT.ok;
    }
    return playDemo(terminal, flags.json === true);
  },
};

/**
 * Plays the demo.
 *
 * @param file - The program of its servers, where it is not the built one beside this file.
 * @returns The exit code.
 */
export async function playDemo(terminal: Terminal, json: boolean, file = SERVER_FILE): Promise<number> {
  const missing = missingHosts(HOSTS);
  if (missing.length > 0) {
    terminal.err(`The demo needs ${missing.join(' and ')}: npm i fastmcp @modelcontextprotocol/sdk zod\n`);
    return EXIT.failed;
  }
  const { lines, log } = await playScenario(file, SCENARIO);
  terminal.out(json ? `${JSON.stringify(lines, null, 2)}\n` : writePage(SCENARIO, lines, terminal.paint));
  const asExpected = lines.every(({ outcome, expected }) => outcome === expected);
  if (!asExpected) terminal.err(`What the servers said:\n${log}`);
  return asExpected ? EXIT.ok : EXIT.failed;
}

/** The packages that cannot be found, by name. */
export function missingHosts(specifiers: readonly string[]): string[] {
  return specifiers.filter((each) => !isThere(each)).map((each) => /^(@[^/]+\/)?[^/]+/.exec(each)?.[0] ?? each);
}

/** Looks a package up without loading it. */
function isThere(specifier: string): boolean {
  try {
    import.meta.resolve(specifier);
    return true;
  } catch (fault) {
    if ((fault as NodeJS.ErrnoException).code === 'ERR_MODULE_NOT_FOUND') return false;
    throw fault;
  }
}
