import { resolve } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { PolicyDocumentError } from '../policy/policy-document-error.js';
import { overrideInbound, type Overrides } from '../proxy/config/override.js';
import { programPins } from '../proxy/config/program-pins.js';
import { runConfig } from '../proxy/config/run-config.js';
import { type Approve, type RunningProxy, startProxy, type UpstreamOptions } from '../proxy/index.js';
import { type Command, EXIT, UsageError } from './command.js';
import { checkConfig, writeConfigProblems } from './proxy/check-config.js';
import { oneOf } from './proxy/one-of.js';
import { readInbound, tokenVariables } from './proxy/read-inbound.js';
import { readPins } from './proxy/read-pins.js';
import { type GivenFlags, parseFlags } from './parse-flags.js';
import type { Terminal } from './terminal.js';

const FLAGS = {
  policy: { type: 'string' },
  'server-name': { type: 'string' },
  audit: { type: 'string' },
  'fail-open': { type: 'string' },
  'block-mode': { type: 'string' },
  approve: { type: 'string' },
  pins: { type: 'string' },
  'on-pin-change': { type: 'string' },
  transport: { type: 'string' },
  host: { type: 'string' },
  port: { type: 'string' },
  'token-env': { type: 'string', multiple: true },
  config: { type: 'string' },
  check: { type: 'boolean' },
  target: { type: 'string' },
  'header-env': { type: 'string', multiple: true },
} as const;

/** `mcp-governance proxy`: governs a server that nobody can change. */
export const proxy: Command = {
  name: 'proxy',
  summary: 'governs an MCP server that nobody can change: stands between it and its client',
  help: [
    'Usage: mcp-governance proxy [options] (-- <command> [arguments] | --target <url>)',
    '       mcp-governance proxy --config <file> [--check] [options]',
    '',
    'Starts the MCP server and stands between it and its client, over standard input and output or over HTTP.',
    'Calls of tools, what they send back and lists of tools are governed; everything else passes as it came.',
    'Nothing but JSON-RPC is written to standard output; what the server writes to standard error is passed on,',
    'with secrets masked. The server, and all that it starts, ends with the proxy; a server that crashes is',
    'started again.',
    '',
    'Options:',
    '  --policy <file>         a policy document, watched; a change takes effect within seconds',
    '  --server-name <name>    what policies and pins call the server; default: the name that it gives itself',
    '  --audit <url>           where the record is kept, such as file:audit.db',
    '  --fail-open true|false  whether calls pass where deciding or scanning fails; default true',
    '  --block-mode <mode>     what a refused caller gets: error_result (default) or raise, a JSON-RPC error',
    '  --approve <who>         who decides about reviews: elicit (the client asks its user), inbox (that of the',
    '                          controlplane) or none; default: inbox where one is connected, else elicit',
    '  --pins <file>|off       where it is kept how tools were when first seen; default: the file that',
    '                          `mcp-governance pins` shows, without --server-name as long as the proxy runs',
    '  --on-pin-change <what>  warn, review (default: calls of a changed tool are refused) or block (hidden, too)',
    '  --target <url>          a server that is reached over HTTP, in place of a command',
    '  --header-env <h>=<var>  sends it header h with the value of that variable; may stand several times',
    '  --config <file>         a file that says all of this, for one server or several; options come before it',
    '  --check                 only says whether that file can be used, and what is wrong with it',
    '  --help                  this text',
    '',
    'How clients come in:',
    '  --transport <how>       stdio (default) or http: http://<host>:<port>/mcp, written to standard error',
    '  --host <address>        to listen at; implies http; default 127.0.0.1, any other needs tokens',
    '  --port <number>         implies http; default 8700; 0 for any that is free',
    '  --token-env <n>=<var>   agent n is let in with the bearer token in that variable; may stand times',
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
    const given = { ...flags, target: toTarget(flags, split < 0 ? [] : args.slice(split + 1)) };
    const { config, target } = given;
    if (flags.check === true) {
      if (config === undefined) throw new UsageError('--check needs --config: name the file');
      return checkConfig(config, terminal);
    }
    if (config !== undefined) return runFile(config, toOverrides(given), terminal);
    if (target === undefined) {
      throw new UsageError('the command of the server is missing: mcp-governance proxy [options] -- <command>');
    }
    const env = environmentOf(flags);
    const inbound = overrideInbound(readInbound(flags));
    const upstream = toUpstream(given, target, env);
    return run(() => startProxy({ inbound, upstreams: [upstream] }, { env }), terminal);
  },
};

/** What is wrong in a file is a matter of the command line. */
async function runFile(file: string, overrides: Overrides, terminal: Terminal): Promise<number> {
  try {
    return await run(() => runConfig(file, overrides), terminal);
  } catch (fault) {
    if (!(fault instanceof PolicyDocumentError)) throw fault;
    terminal.err(writeConfigProblems(file, fault.problems));
    return EXIT.usage;
  }
}

async function run(
  start: () => Promise<Pick<RunningProxy, 'ended' | 'close' | 'url'> & { readonly urls?: readonly string[] }>,
  terminal: Terminal,
): Promise<number> {
  // A client that is gone ends the session, and not this process at once: the record has yet to be kept.
  process.stdout.removeAllListeners('error').on('error', () => undefined);
  process.stderr.on('error', () => undefined);
  // What a message leaves behind is gone at once. In a nursery of the usual size, clearing it away costs a fifth of the time.
  setFlagsFromString('--semi-space-growth-factor=16');
  const running = await start();
  const { urls = running.url === undefined ? [] : [running.url] } = running;
  for (const url of urls) terminal.err(`mcp-governance proxy: clients reach it at ${url}\n`);
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

type Given = Omit<GivenFlags<typeof FLAGS>, 'target'> & { readonly target: UpstreamOptions['target'] | undefined };

function toUpstream(given: Given, target: UpstreamOptions['target'], env: NodeJS.ProcessEnv): UpstreamOptions {
  const { server, approve, governance = {} } = toOverrides(given);
  return {
    ...(server !== undefined && { name: server }),
    ...(approve !== undefined && { approve }),
    target,
    governance: { ...governance, pins: programPins(server, governance.pins, env) },
  };
}

function toOverrides(given: Given): Overrides {
  const failOpen = oneOf('fail-open', given['fail-open'], ['true', 'false']);
  const blockMode = oneOf('block-mode', given['block-mode'], ['error_result', 'raise']);
  const approve: Approve | undefined = oneOf('approve', given.approve, ['elicit', 'inbox', 'none']);
  const pins = readPins(given);
  const { policy, 'server-name': server, target, audit: auditUrl } = given;
  return {
    governance: {
      ...(policy !== undefined && { policy: resolve(policy) }),
      ...(failOpen !== undefined && { policyConfig: { failOpen: failOpen === 'true' } }),
      ...(blockMode !== undefined && { blockMode }),
      ...(pins !== undefined && { pins }),
    },
    approve,
    auditUrl,
    server,
    inbound: readInbound(given),
    target,
    withheld: tokenVariables(given),
  };
}

/** The server that the command line names; undefined where it names none. */
function toTarget(flags: GivenFlags<typeof FLAGS>, words: readonly string[]): UpstreamOptions['target'] | undefined {
  const [command, ...args] = words;
  const { target: url } = flags;
  const pairs = flags['header-env'] ?? [];
  if (command !== undefined && url !== undefined) throw new UsageError('a command, or --target: one of them');
  if (url === undefined) {
    if (pairs.length > 0) throw new UsageError('--header-env belongs to --target');
    return command === undefined ? undefined : { kind: 'stdio', command, args, withheld: tokenVariables(flags) };
  }
  const headers = pairs.map((pair) => {
    const [header = '', name = ''] = pair.split('=', 2);
    const value = process.env[name];
    if (header === '' || value === undefined) {
      throw new UsageError('--header-env takes a header, = and the name of a variable that is set');
    }
    return [header, value] as const;
  });
  return { kind: 'http', url, headers: Object.fromEntries(headers) };
}

/** Where the record is kept is read from the environment: that of this process alone, not of the server. */
function environmentOf({ audit }: GivenFlags<typeof FLAGS>): NodeJS.ProcessEnv {
  return audit === undefined ? process.env : { ...process.env, MCP_GOVERNANCE_AUDIT_URL: audit };
}
