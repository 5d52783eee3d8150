import process from 'node:process';
import type { NamedToken, ProxyOptions } from '../../proxy/index.js';
import { UsageError } from '../command.js';
import { oneOf } from './one-of.js';

/** The flags that say how clients come in. */
export interface InboundFlags {
  readonly transport?: string;
  readonly host?: string;
  readonly port?: string;
  readonly 'token-env'?: readonly string[];
}

/**
 * How clients come in, as the command line says; undefined where it says nothing of it.
 *
 * @throws UsageError for what cannot be understood.
 */
export function readInbound(flags: InboundFlags): ProxyOptions['inbound'] | undefined {
  const { host } = flags;
  const transport = oneOf('transport', flags.transport, ['stdio', 'http']);
  const tokens = flags['token-env']?.map(readToken);
  const port = readPort(flags.port);
  if (host === '') throw new UsageError('--host takes an address or a name to listen at.');
  const isHttp = [host, port, tokens].some((each) => each !== undefined);
  if (transport === 'stdio' || (transport === undefined && !isHttp)) {
    if (isHttp) throw new UsageError('--host, --port and --token-env belong to --transport http');
    return transport === undefined ? undefined : { kind: 'stdio' };
  }
  return {
    kind: 'http',
    ...(host !== undefined && { host }),
    ...(port !== undefined && { port }),
    ...(tokens !== undefined && { tokens }),
  };
}

/** Variables that let clients in, and are no concern of the servers behind the proxy. */
export function tokenVariables(flags: InboundFlags): readonly string[] {
  return (flags['token-env'] ?? []).map((pair) => splitPair(pair).variable);
}

/** The token is a secret: no text quotes it. */
function readToken(pair: string): NamedToken {
  const { name, variable } = splitPair(pair);
  const token = process.env[variable] ?? '';
  if (name !== '' && token !== '') return { name, token };
  throw new UsageError('--token-env takes the name of an agent, = and the name of a variable that is set');
}

/** Of a variable alone, its name is that of the agent. */
function splitPair(pair: string): { readonly name: string; readonly variable: string } {
  const at = pair.indexOf('=');
  return at < 0 ? { name: pair, variable: pair } : { name: pair.slice(0, at), variable: pair.slice(at + 1) };
}

function readPort(given: string | undefined): number | undefined {
  if (given === undefined) return undefined;
  const port = Number(given);
  if (/^\d{1,5}$/.test(given) && port <= 65_535) return port;
  throw new UsageError('--port takes a number from 0 to 65535');
}
