import { setFlagsFromString } from 'node:v8';
import { type Approve, startProxy, type UpstreamOptions } from '../proxy/index.js';
import type { GovernanceOptions } from '../config/options.js';
import { type Command, EXIT, UsageError } from './command.js';
import { type GivenFlags, parseFlags } from './parse-flags.js';
import type { Terminal } from './terminal.js';

const FLAGS = {
  policy: { type: 'string' },
  'server-name': { type: 'string' },
  audit: { type: 'string' },
  'fail-open': { type: 'string' },
  'block-mode': { type: 'string' },
  approve: { type: 'string' },
} as const;

/** `mcp-governance proxy`: governs a server that nobody can change. */
export const proxy: Command = {
  name: 'proxy',
  summary: 'governs an MCP server that nobody can change: stands between it and its client',
  help: [
    'Usage: mcp-governance proxy [options] -- <command> [arguments]',
    '',
    'Starts the MCP server and stands between it and its client, over standard input and output. Calls of tools,',
    'what they send back and lists of tools are governed; everything else passes as it came. Nothing but JSON-RPC',
    'is written to standard output; what the server writes to standard error is passed on, with secrets masked.',
    'The server, and all that it starts, ends with the proxy; a server that crashes is started again.',
    '',
    'Options:',
    '  --policy <file>         a policy document, watched; a change takes effect within seconds',
    '  --server-name <name>    what policies call the server; default: the name that it gives itself',
    '  --audit <url>           where the record is kept, such as file:audit.db',
    '  --fail-open true|false  whether calls pass where deciding or scanning fails; default true',
    '  --block-mode <mode>     what a refused caller gets: error_result (default) or raise, a JSON-RPC error',
    '  --approve <who>         who decides about reviews: elicit (the client asks its user), inbox (that of the',
    '                          controlplane) or none; default: inbox where one is connected, else elicit',
    '  --help                  this text',
    '',
    'The environment counts as at every door (MCP_GOVERNANCE_*); options come before it. Keys of a controlplane',
    'are not passed on to the server.',
    '',
    'Exit codes:',
    `  ${EXIT.ok}        the client ended the session`,
    `  ${EXIT.failed}        the server cannot be started, or crashed again and again`,
    `  ${EXIT.usage}        the command line cannot be understood`,
    '  128+n    ended by signal n',
  ].join('\n'),
  async run(args, terminal) {
    const split = args.indexOf('--');
    const flags = parseFlags(split < 0 ? args : args.slice(0, split), FLAGS);
    if (flags.help === true) {
      terminal.out(`${proxy.help}\n`);
      return EXIT.ok;
    }
    const [command, ...rest] = split < 0 ? [] : args.slice(split + 1);
    if (command === undefined) {
      throw new UsageError('the command of the server is missing: mcp-governance proxy [options] -- <command>');
    }
    return run(toUpstream(flags, command, rest), environmentOf(flags), terminal);
  },
};

async function run(upstream: UpstreamOptions, env: NodeJS.ProcessEnv, terminal: Terminal): Promise<number> {
  // A client that is gone ends the session, and not this process at once: the record has yet to be kept.
  process.stdout.removeAllListeners('error').on('error', () => undefined);
  process.stderr.on('error', () => undefined);
  // What a message leaves behind is gone at once. In a nursery of the usual size, clearing it away costs a fifth of the time.
  setFlagsFromString('--semi-space-growth-factor=16');
  const running = await startProxy({ inbound: { kind: 'stdio' }, upstreams: [upstream] }, { env });
  let ended: number | undefined;
  const onSignal = (signal: NodeJS.Signals, number: number): void => {
    ended ??= 128 + number;
    void running.close(signal);
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.on(signal, onSignal);
  const { side, why } = await running.ended;
  for (const signal of signals) process.off(signal, onSignal);
  // Nothing more is read: what still comes must not keep the process.
  process.stdin.destroy();
  if (ended !== undefined) return ended;
  if (side === 'client') return EXIT.ok;
  terminal.err(`mcp-governance proxy: ${why}\n`);
  return EXIT.failed;
}

function toUpstream(flags: GivenFlags<typeof FLAGS>, command: string, args: readonly string[]): UpstreamOptions {
  const failOpen = oneOf(flags, 'fail-open', ['true', 'false']);
  const blockMode = oneOf(flags, 'block-mode', ['error_result', 'raise']);
  const approve = oneOf(flags, 'approve', ['elicit', 'inbox', 'none']);
  const { policy, 'server-name': name } = flags;
  const governance: GovernanceOptions = {
    ...(policy !== undefined && { policy }),
    ...(failOpen !== undefined && { policyConfig: { failOpen: failOpen === 'true' } }),
    ...(blockMode !== undefined && { blockMode: blockMode as 'error_result' | 'raise' }),
  };
  return {
    ...(name !== undefined && { name }),
    ...(approve !== undefined && { approve: approve as Approve }),
    target: { kind: 'stdio', command, args },
    governance,
  };
}

/** Where the record is kept is read from the environment: that of this process alone, not of the server. */
function environmentOf({ audit }: GivenFlags<typeof FLAGS>): NodeJS.ProcessEnv {
  return audit === undefined ? process.env : { ...process.env, MCP_GOVERNANCE_AUDIT_URL: audit };
}

function oneOf(
  flags: GivenFlags<typeof FLAGS>,
  name: keyof typeof FLAGS,
  known: readonly string[],
): string | undefined {
  const given = flags[name];
  if (given === undefined || known.includes(given)) return given;
  throw new UsageError(`--${name} takes ${known.slice(0, -1).join(', ')} or ${known.at(-1)}.`);
}
