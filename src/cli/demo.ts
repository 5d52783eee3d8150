import { fileURLToPath } from 'node:url';
import { type Command, EXIT } from './command.js';
import { writePage } from './demo/page.js';
import { playStandalone } from './demo/play-standalone.js';
import { SCENARIO } from './demo/scenario.js';
import { parseFlags } from './parse-flags.js';
import type { Terminal } from './terminal.js';

const SERVER_FILE = fileURLToPath(new URL('./demo/server.js', import.meta.url));
const HOSTS = ['fastmcp', '@modelcontextprotocol/sdk/client/index.js', 'zod'];

/** `mcp-governance demo`: governed servers, a controlplane, a client that calls, and what became of each call. */
export const demo: Command = {
  name: 'demo',
  summary: 'governed servers, a controlplane, a client that calls, and what became of each call',
  help: [
    'Usage: mcp-governance demo [--json]',
    '',
    'Starts governed fastmcp servers, calls their tools, and says what was decided, why, and how long it took.',
    'Then starts a controlplane and a server connected to it, changes policies over HTTP while the server runs,',
    'approves and denies calls, and looks the calls up in the record. Everything ends by itself and is removed.',
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
  const standalone = await playStandalone(file, SCENARIO);
  // Loaded when it is needed: other commands have no use for a service.
  const { playConnected } = await import('./demo/play-connected.js');
  const connected = await playConnected(file);
  const played = [...standalone.played, ...connected.played];
  const lines = played.filter((each) => each.kind === 'call').map(({ line }) => line);
  const content = { standalone: standalone.played, connected: connected.played, url: connected.url };
  terminal.out(json ? `${JSON.stringify(lines, null, 2)}\n` : writePage(content, terminal.paint));
  const asExpected = lines.every(({ outcome, expected }) => outcome === expected);
  if (!asExpected) terminal.err(`What the servers said:\n${standalone.log}${connected.log}`);
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
