import process from 'node:process';
import type { ControlplaneOptions } from '../../controlplane/index.js';
import { type Command, EXIT, UsageError } from '../command.js';
import { type GivenFlags, parseFlags } from '../parse-flags.js';
import type { Terminal } from '../terminal.js';
import { ageOf, DATABASE_FLAGS, DATABASE_HELP, portOf } from './flags.js';

const FLAGS = {
  ...DATABASE_FLAGS,
  host: { type: 'string' },
  port: { type: 'string' },
  'public-url': { type: 'string' },
  'redis-url': { type: 'string' },
  'trust-proxy': { type: 'string' },
  'log-level': { type: 'string' },
  'audit-days': { type: 'string' },
  'approval-days': { type: 'string' },
  json: { type: 'boolean' },
} as const;

/** `mcp-governance controlplane`: serves until it is told to stop. */
export const serve: Command = {
  name: 'serve',
  summary: 'serves until it is told to stop',
  help: [
    'Usage: mcp-governance controlplane [--host h] [--port n] [--database-url u] [--public-url u] [options]',
    '',
    'Keeps policies, approvals, tool definitions and the record of a whole fleet, and serves them over HTTP: see',
    'GET /openapi.json. As long as nobody ever logged in, each start prints a link that makes whoever follows it',
    'administrator, once. SIGTERM and SIGINT let what is under way end; a second one ends it at once.',
    '',
    'Options:',
    '  --host h           the address to bind; default 127.0.0.1',
    '  --port n           the port to bind, 0 for any that is free; default 8787',
    ...DATABASE_HELP,
    '  --public-url u     the address under which people reach it; cookies are Secure where it is https',
    '  --redis-url u      redis://... or rediss://...: several processes count wrong credentials together; default',
    '                     REDIS_URL, else each by itself; needs the package ioredis',
    '  --trust-proxy p    proxies whose X-Forwarded-For is believed: addresses, networks, loopback, linklocal,',
    '                     uniquelocal, with commas between them; default none',
    '  --log-level l      debug, info, warn, error or silent; JSON lines on standard error; default info',
    '  --audit-days n     days after which events of the record go; default never',
    '  --approval-days n  days after which settled approval requests go; default never',
    '  --json             print { url, adminLink } on one line instead of words',
    '  --help             this text',
    '',
    'Exit codes:',
    `  ${EXIT.ok}   it was told to stop, and did`,
    `  ${EXIT.failed}   it could not start: the port is taken, the database cannot be opened`,
    `  ${EXIT.usage}   the command line cannot be understood`,
  ].join('\n'),
  async run(args, terminal) {
    const given = parseFlags(args, FLAGS);
    if (given.help === true) {
      terminal.out(`${serve.help}\n`);
      return EXIT.ok;
    }
    const options = optionsOf(given);
    const { createControlplane } = await import('../../controlplane/index.js');
    // Heard from here on: whoever reads the line below may answer it with a signal at once.
    const told = toldToStop();
    const service = await createControlplane(options);
    try {
      const { url, adminLink } = await service.start();
      if (given.json === true) terminal.out(`${JSON.stringify({ url, adminLink: adminLink ?? null })}\n`);
      else terminal.out(writeStart(url, adminLink, terminal.paint));
      warnOfPlainText(options, terminal);
      await told;
    } finally {
      await service.stop();
    }
    return EXIT.ok;
  },
};

function optionsOf(given: GivenFlags<typeof FLAGS>): ControlplaneOptions {
  const level = given['log-level'];
  if (level !== undefined && !['debug', 'info', 'warn', 'error', 'silent'].includes(level)) {
    throw new UsageError('--log-level must be debug, info, warn, error or silent');
  }
  return {
    ...(given['database-url'] === undefined ? {} : { databaseUrl: given['database-url'] }),
    ...(given['audit-url'] === undefined ? {} : { auditUrl: given['audit-url'] }),
    ...(given['audit-key'] === undefined ? {} : { auditKeyFile: given['audit-key'] }),
    ...(given.host === undefined ? {} : { host: given.host }),
    ...(given.port === undefined ? {} : { port: portOf(given.port) }),
    ...(given['public-url'] === undefined ? {} : { publicUrl: given['public-url'] }),
    ...(given['redis-url'] === undefined ? {} : { redisUrl: given['redis-url'] }),
    ...(given['trust-proxy'] === undefined
      ? {}
      : { trustProxy: given['trust-proxy'].split(',').map((proxy) => proxy.trim()) }),
    ...(level === undefined ? {} : { logLevel: level as 'info' }),
    ...ageOf('auditMaxAgeMs', 'audit-days', given['audit-days']),
    ...ageOf('approvalMaxAgeMs', 'approval-days', given['approval-days']),
  };
}

function writeStart(url: string, adminLink: string | undefined, paint: Terminal['paint']): string {
  const link =
    adminLink === undefined
      ? ''
      : `Nobody has logged in yet. This link makes you administrator, once, within a day:\n  ${paint('bold', adminLink)}\n`;
  return `The controlplane answers at ${paint('bold', url)}\n${link}`;
}

function warnOfPlainText({ host = '127.0.0.1', publicUrl }: ControlplaneOptions, terminal: Terminal): void {
  const isLoopback = host === 'localhost' || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host);
  if (isLoopback || publicUrl?.startsWith('https:') === true) return;
  terminal.err(
    `WARNING: bound to ${host} without an https --public-url: keys and cookies cross the network for all to read.\n` +
      'Put a proxy that speaks TLS before it, and name its address with --public-url.\n',
  );
}

/** Resolves with the first signal; the second ends the process, whatever is still under way. */
function toldToStop(): Promise<void> {
  return new Promise<void>((resolve) => {
    let told = false;
    const stop = (signal: NodeJS.Signals): void => {
      if (told) process.exit(128 + (signal === 'SIGINT' ? 2 : 15));
      told = true;
      resolve();
    };
    process.on('SIGTERM', stop).on('SIGINT', stop);
  });
}
