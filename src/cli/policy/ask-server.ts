import process from 'node:process';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import type { JsonObject } from '../../call/json.js';
import { UsageError } from '../command.js';
import { missingHosts } from '../demo.js';
import { harmless } from '../scan/harmless.js';
import { UnusableInput } from './unusable-input.js';

/** Where a server is. */
export interface ServerPlace {
  readonly url?: string | undefined;
  /** The program that starts it, and its arguments. */
  readonly command: readonly string[];
}

/** What a server says of itself. */
export interface AskedServer {
  readonly name: string;
  readonly tools: readonly {
    readonly name: string;
    readonly description?: string | undefined;
    readonly inputSchema?: JsonObject;
    readonly annotations?: { readonly readOnlyHint?: boolean; readonly destructiveHint?: boolean } | undefined;
  }[];
}

const PATIENCE_MS = 30_000;
/** A server that always names a next page would keep us for ever. */
const MOST_PAGES = 1_000;

/** The words of a command line before `--`, and the command behind it. */
export function splitCommand(args: readonly string[]): { own: readonly string[]; command: readonly string[] } {
  const at = args.indexOf('--');
  return at < 0 ? { own: args, command: [] } : { own: args.slice(0, at), command: args.slice(at + 1) };
}

/**
 * Asks a server for its name and its tools; a server that was started for it is ended again.
 *
 * @throws UnusableInput where the SDK is missing or the server does not answer.
 */
export async function askServer({ url, command }: ServerPlace): Promise<AskedServer> {
  if (missingHosts(['@modelcontextprotocol/sdk/client/index.js']).length > 0) {
    throw new UnusableInput('To ask a server, install the MCP SDK: npm i @modelcontextprotocol/sdk');
  }
  const { Client } = await import('@modelcontextprotocol/sdk/client/index.js');
  const client = new Client({ name: 'mcp-governance', version: '1' });
  try {
    await client.connect(await transportTo(url, command), { timeout: PATIENCE_MS });
    const tools: AskedServer['tools'][number][] = [];
    let cursor: string | undefined;
    for (let page = 0; page < MOST_PAGES; page++) {
      const result = await client.listTools(cursor === undefined ? {} : { cursor }, { timeout: PATIENCE_MS });
      tools.push(...(result.tools as unknown as AskedServer['tools']));
      cursor = result.nextCursor;
      if (cursor === undefined) break;
    }
    return { name: client.getServerVersion()?.name ?? '', tools };
  } catch (fault) {
    if (fault instanceof UsageError) throw fault;
    const why = harmless(fault instanceof Error ? fault.message : String(fault));
    throw new UnusableInput(`the server did not tell its tools: ${why}`, { cause: fault });
  } finally {
    await client.close();
  }
}

async function transportTo(url: string | undefined, [program, ...args]: readonly string[]): Promise<Transport> {
  if (program !== undefined) {
    const { StdioClientTransport } = await import('@modelcontextprotocol/sdk/client/stdio.js');
    const env = Object.fromEntries(Object.entries(process.env).filter(([, value]) => value !== undefined));
    return new StdioClientTransport({ command: program, args, env: env as Record<string, string>, stderr: 'ignore' });
  }
  if (url === undefined || !URL.canParse(url))
    throw new UsageError('--url is the URL of a server: http://127.0.0.1:8080/mcp');
  const { StreamableHTTPClientTransport } = await import('@modelcontextprotocol/sdk/client/streamableHttp.js');
  return new StreamableHTTPClientTransport(new URL(url));
}
