import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import { ReadBuffer, serializeMessage } from '@modelcontextprotocol/sdk/shared/stdio.js';
import { CallToolRequestSchema, type JSONRPCMessage, ListToolsRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import { PassThrough } from 'node:stream';
import type { JsonObject } from '../../../src/call/json.js';
import type { GovernanceOptions } from '../../../src/config/options.js';
import type { GovernanceInternals } from '../../../src/enforcement/enforcement-point.js';
import { UpstreamKnowledge } from '../../../src/proxy/knowledge.js';
import { Relay } from '../../../src/proxy/relay.js';
import { LinePeer } from '../../../src/proxy/stdio/line-peer.js';
import { createUpstreamPoint } from '../../../src/proxy/upstream-point.js';
import { type Host, prepare, type Setup } from './host.js';
import { listed } from './sdk1-low.js';
import { callerOf } from './sdk1.js';

const INFO = { name: 'contract', version: '1.0.0' };

/** A relay between two pairs of streams, as the proxy stands between two processes. */
export function startRelay(governance: GovernanceOptions, internals: GovernanceInternals = {}) {
  const [fromClient, toClient, fromServer, toServer] = [1, 2, 3, 4].map(() => new PassThrough()) as [
    PassThrough,
    PassThrough,
    PassThrough,
    PassThrough,
  ];
  const point = createUpstreamPoint({ target: { kind: 'http', url: '' }, governance }, { env: {}, ...internals });
  const relay = new Relay({
    client: new LinePeer({ input: fromClient, output: toClient, maxLineBytes: 4 * 1024 ** 2, junk: 'answer' }),
    upstream: new LinePeer({ input: fromServer, output: toServer, maxLineBytes: 32 * 1024 ** 2, junk: 'warn' }),
    point,
    known: new UpstreamKnowledge(),
    blockMode: governance.blockMode ?? 'error_result',
  });
  relay.start();
  const close = async (): Promise<void> => {
    await relay.close();
    await point.close();
  };
  return { relay, point, fromClient, toClient, fromServer, toServer, close };
}

/** A client's transport over two streams. */
class StreamTransport {
  onmessage?: (message: JSONRPCMessage) => void;
  onclose?: () => void;
  onerror?: (error: Error) => void;
  readonly #buffer = new ReadBuffer();

  constructor(
    private readonly input: PassThrough,
    private readonly output: PassThrough,
  ) {}

  async start(): Promise<void> {
    this.input.on('data', (chunk: Buffer) => {
      this.#buffer.append(chunk);
      for (let read = this.#buffer.readMessage(); read !== null; read = this.#buffer.readMessage()) {
        this.onmessage?.(read);
      }
    });
  }

  async send(message: JSONRPCMessage): Promise<void> {
    this.output.write(serializeMessage(message));
  }

  async close(): Promise<void> {
    this.output.end();
    this.onclose?.();
  }
}

function proxied(
  title: string,
  lowLevel: boolean,
  serverOf: (tools: ReturnType<typeof prepare>['tools']) => McpServer | Server,
): Host {
  return {
    title,
    lowLevel,
    async start(setup: Setup) {
      const { sink, tools, runs } = prepare({ ...setup, middlewares: [] });
      const server = serverOf(tools);
      const { fromClient, toClient, fromServer, toServer, close } = startRelay(
        { audit: sink, ...setup.options },
        setup.internals,
      );
      const client = new Client({ name: 'contract-client', version: '1.0.0' });
      const transport = new StreamTransport(toClient, fromClient);
      await Promise.all([client.connect(transport), server.connect(new StdioServerTransport(toServer, fromServer))]);
      return { ...callerOf(client, transport as never), sink, runs, close };
    },
  };
}

/** The proxy before servers that nobody governs. */
export const PROXIED: readonly Host[] = [
  proxied('proxy before McpServer of SDK 1.x', false, (tools) => {
    const server = new McpServer(INFO, { capabilities: { logging: {} } });
    for (const { name, description, parameters, handler } of tools) {
      server.registerTool(name, { description, inputSchema: parameters }, handler as never);
    }
    return server;
  }),
  proxied('proxy before Server of SDK 1.x', true, (tools) => {
    const server = new Server(INFO, { capabilities: { tools: {}, logging: {} } });
    const byName = new Map(tools.map((tool) => [tool.name, tool.handler]));
    server.setRequestHandler(ListToolsRequestSchema, () => ({ tools: listed(byName, tools) }));
    server.setRequestHandler(CallToolRequestSchema, (request, extra) => {
      const handler = byName.get(request.params.name);
      if (handler === undefined) throw new Error('no such tool');
      return handler(request.params.arguments ?? {}, extra as never) as JsonObject;
    });
    return server;
  }),
];
