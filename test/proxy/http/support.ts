import { randomUUID } from 'node:crypto';
import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { Client as Client1 } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport as Streamable1 } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { Server as Server1 } from '@modelcontextprotocol/sdk/server/index.js';
import { SSEServerTransport } from '@modelcontextprotocol/sdk/server/sse.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { CallToolRequestSchema, ListToolsRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import { Client as Client2, StreamableHTTPClientTransport as Streamable2 } from '@modelcontextprotocol/client';
import { createMcpHandler, Server as Server2 } from '@modelcontextprotocol/server';
import type { JsonObject } from '../../../src/call/json.js';
import type { Frame } from '../../../src/proxy/frame.js';
import { createHttpInbound } from '../../../src/proxy/http/inbound/http-inbound.js';
import type { HttpInboundOptions } from '../../../src/proxy/http/inbound/options.js';
import { HttpUpstream } from '../../../src/proxy/http/upstream/http-upstream.js';
import type { HttpUpstreamOptions } from '../../../src/proxy/http/upstream/options.js';
import type { Peer, Route } from '../../../src/proxy/peer.js';

/** Everything that a test opened; closed behind it. */
const opened: (() => unknown)[] = [];

/** Has something closed behind the test. */
export function closing(close: () => unknown): void {
  opened.push(close);
}

/** Closes what a test opened, the newest first. */
export async function closeAll(): Promise<void> {
  for (const close of opened.splice(0).reverse()) await close();
}

/** A request that reached a server. */
export interface Reached {
  readonly method: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly path: string;
  readonly body: unknown;
}

/** A server over HTTP that keeps what reached it. */
export interface Served {
  readonly url: string;
  readonly reached: Reached[];
  /** The parameters of every call that reached a tool. */
  readonly called: JsonObject[];
  /** Resolves once a tool was given up. */
  readonly aborted: Promise<void>;
  /** Forgets its sessions, as a server does that was restarted. */
  forget(): void;
}

type Answering = (request: IncomingMessage, response: ServerResponse, body: unknown) => unknown;

/** Serves HTTP at a free port. */
export async function serve(answer: Answering): Promise<{ readonly url: string; readonly reached: Reached[] }> {
  const reached: Reached[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString();
      const body: unknown = text === '' ? undefined : JSON.parse(text);
      reached.push({ method: request.method ?? '', headers: request.headers, path: request.url ?? '', body });
      void answer(request, response, body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`, reached };
}

const INFO = { name: 'upstream', version: '1.0.0' };
const TOOLS = {
  tools: [
    { name: 'echo', inputSchema: { type: 'object' } },
    { name: 'report', inputSchema: { type: 'object' } },
    { name: 'ask', inputSchema: { type: 'object' } },
    { name: 'hang', inputSchema: { type: 'object' } },
    {
      name: 'region',
      inputSchema: { type: 'object', properties: { region: { type: 'string', 'x-mcp-header': 'Region' } } },
    },
  ],
};

interface ToolContext {
  readonly signal: AbortSignal;
  notify(method: string, params: JsonObject): Promise<void>;
  ask(): Promise<string>;
}

function toolsOf(): { called: JsonObject[]; aborted: Promise<void>; run: typeof run } {
  const called: JsonObject[] = [];
  let abort!: () => void;
  const aborted = new Promise<void>((resolve) => (abort = resolve));
  async function run(params: JsonObject, context: ToolContext): Promise<never> {
    called.push(params);
    const args = (params['arguments'] ?? {}) as JsonObject;
    const meta = (params['_meta'] ?? {}) as JsonObject;
    let text = JSON.stringify(args);
    if (params['name'] === 'report') {
      for (let progress = 1; progress <= 3; progress++) {
        await context.notify('notifications/progress', { progressToken: meta['progressToken'], progress, total: 3 });
      }
    }
    if (params['name'] === 'ask') text = await context.ask();
    if (params['name'] === 'hang') {
      await new Promise<void>((resolve) => {
        if (context.signal.aborted) resolve();
        else context.signal.addEventListener('abort', () => resolve());
      });
      abort();
    }
    return { content: [{ type: 'text', text }] } as never;
  }
  return { called, aborted, run };
}

function newServer1(run: ReturnType<typeof toolsOf>['run']): Server1 {
  const server = new Server1(INFO, { capabilities: { tools: {}, logging: {} } });
  server.setRequestHandler(ListToolsRequestSchema, () => TOOLS as never);
  server.setRequestHandler(CallToolRequestSchema, ({ params }, extra) =>
    run(params, {
      signal: extra.signal,
      notify: (method, sent) => extra.sendNotification({ method, params: sent }),
      ask: async () => {
        const schema = { type: 'object' as const, properties: { name: { type: 'string' as const } } };
        const answer = await server.elicitInput(
          { message: 'Who?', requestedSchema: schema },
          { relatedRequestId: extra.requestId },
        );
        return JSON.stringify(answer.content);
      },
    }),
  );
  return server;
}

/** A server of SDK 1.x over streamable HTTP, with sessions. */
export async function serveSessions({ json = false } = {}): Promise<Served> {
  const { called, aborted, run } = toolsOf();
  const sessions = new Map<string, StreamableHTTPServerTransport>();
  const served = await serve(async (request, response, body) => {
    const id = request.headers['mcp-session-id'];
    let transport = sessions.get(String(id));
    if (transport === undefined && id !== undefined) {
      response.writeHead(404).end();
      return;
    }
    if (transport === undefined) {
      transport = new StreamableHTTPServerTransport({
        enableJsonResponse: json,
        sessionIdGenerator: () => randomUUID(),
        onsessioninitialized: (begun) => void sessions.set(begun, transport as StreamableHTTPServerTransport),
        onsessionclosed: (ended) => void sessions.delete(ended),
      });
      await newServer1(run).connect(transport);
    }
    await transport.handleRequest(request, response, body);
  });
  return { ...served, called, aborted, forget: () => sessions.clear() };
}

/** A server of SDK 1.x over the transport of 2024-11-05. */
export async function serveOldSse(): Promise<Served> {
  const { called, aborted, run } = toolsOf();
  const sessions = new Map<string, SSEServerTransport>();
  const served = await serve(async (request, response, body) => {
    const at = new URL(request.url ?? '', 'http://x');
    if (request.method === 'GET' && at.pathname === '/mcp') {
      const transport = new SSEServerTransport('/messages', response);
      sessions.set(transport.sessionId, transport);
      await newServer1(run).connect(transport);
    } else if (request.method === 'POST' && at.pathname === '/messages') {
      await sessions.get(at.searchParams.get('sessionId') ?? '')?.handlePostMessage(request, response, body);
    } else response.writeHead(404).end();
  });
  return { ...served, called, aborted, forget: () => sessions.clear() };
}

/** A server of SDK 2.x: revision 2026-07-28, and requests of sessions without sessions. */
export async function serveSingles(): Promise<Served> {
  const { called, aborted, run } = toolsOf();
  const handler = createMcpHandler(() => {
    const server = new Server2(INFO, { capabilities: { tools: {} } });
    server.setRequestHandler('tools/list', () => TOOLS as never);
    server.setRequestHandler('tools/call', ({ params }, { mcpReq }) =>
      run(params as JsonObject, {
        signal: mcpReq.signal,
        notify: (method, sent) => mcpReq.notify({ method, params: sent }),
        ask: async () => 'nobody is asked',
      }),
    );
    return server;
  });
  const served = await serve(async (request, response, body) => {
    const over = new AbortController();
    response.on('close', () => over.abort());
    const answer = await handler.fetch(
      new Request(`http://127.0.0.1${request.url ?? ''}`, {
        method: request.method ?? 'GET',
        headers: Object.entries(request.headers).map(([name, value]) => [name, String(value)] as [string, string]),
        body: body === undefined ? null : JSON.stringify(body),
        signal: over.signal,
      }),
    );
    response.writeHead(answer.status, Object.fromEntries(answer.headers));
    if (answer.body === null) response.end();
    else {
      const reading = Readable.fromWeb(answer.body as never);
      response.on('close', () => reading.destroy());
      reading.on('error', () => response.destroy()).pipe(response);
    }
  });
  return { ...served, called, aborted, forget: () => undefined };
}

/** A relay that lets everything through, and what went through it. */
export interface Through {
  readonly url: string;
  /** What clients sent that was let in. */
  readonly sent: { readonly frame: Frame; readonly route: Route | undefined }[];
  /** The sessions and lone requests of clients. */
  readonly peers: { readonly peer: Peer; readonly auth: object | undefined; closed: string | undefined }[];
  close(): Promise<void>;
}

/** Puts both ends of the proxy in front of a server, with nobody judging between. */
export async function through(
  upstream: HttpUpstreamOptions,
  options: Omit<HttpInboundOptions, 'host' | 'port'> = {},
): Promise<Through> {
  const far = new HttpUpstream(upstream);
  const near = createHttpInbound(options);
  const sent: Through['sent'] = [];
  const peers: Through['peers'] = [];
  near.onSession((peer, auth) => {
    const known = { peer, auth, closed: undefined as string | undefined };
    peers.push(known);
    const other = far.open();
    other.start({
      onFrame: (frame, route) => peer.send(frame, route),
      onClose: () => void peer.close(),
    });
    peer.start({
      onFrame: (frame, route) => {
        sent.push({ frame, route });
        return other.send(frame, route);
      },
      onClose: (why) => {
        known.closed = why;
        void other.close();
      },
    });
  });
  const { url } = await near.listen();
  const close = async (): Promise<void> => {
    await near.close();
    await far.close();
  };
  closing(close);
  return { url, sent, peers, close };
}

/** A client of SDK 1.x that answers elicitation. */
export async function connect1(url: string, token?: string): Promise<Client1> {
  const client = new Client1({ name: 'agent', version: '1.0.0' }, { capabilities: { elicitation: {} } });
  const { ElicitRequestSchema } = await import('@modelcontextprotocol/sdk/types.js');
  client.setRequestHandler(ElicitRequestSchema, () => ({ action: 'accept', content: { name: 'Ada' } }));
  await client.connect(new Streamable1(new URL(url), { requestInit: { headers: bearer(token) } }));
  closing(() => client.close());
  return client;
}

/** A client of SDK 2.x, of the newest revision that the server has. */
export async function connect2(url: string, token?: string): Promise<Client2> {
  const client = new Client2({ name: 'agent', version: '2.0.0' }, { versionNegotiation: { mode: 'auto' } } as never);
  await client.connect(new Streamable2(new URL(url), { requestInit: { headers: bearer(token) } }));
  closing(() => client.close());
  return client;
}

function bearer(token: string | undefined): Record<string, string> {
  return token === undefined ? {} : { authorization: `Bearer ${token}` };
}

/** What a raw request was answered. */
export interface RawAnswer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly text: string;
  readonly json: JsonObject & {
    readonly id?: unknown;
    readonly error?: { readonly code: number; readonly message: string };
  };
}

/** What goes with every good POST. */
export const POST_HEADERS = {
  'content-type': 'application/json',
  accept: 'application/json, text/event-stream',
};

/** Sends a request as it is written here, with no client between. */
export function raw(
  url: string,
  {
    method = 'POST',
    headers = POST_HEADERS,
    body,
    path,
  }: {
    method?: string;
    headers?: Record<string, string | string[]>;
    body?: string | Buffer;
    path?: string;
  },
): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const sending = httpRequest(
      url,
      { method, headers, agent: false, ...(path === undefined ? {} : { path }) },
      (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.on('end', () => {
          const text = Buffer.concat(chunks).toString();
          const json = text.startsWith('{') ? JSON.parse(text) : {};
          resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text, json });
        });
      },
    );
    sending.on('error', reject);
    sending.end(body);
  });
}

/** A request as text. */
export function rpc(method: string, params: JsonObject = {}, id: unknown = 1): string {
  return JSON.stringify({ jsonrpc: '2.0', id, method, params });
}

/** A notification as text. */
export function notification(method: string, params: JsonObject = {}): string {
  return JSON.stringify({ jsonrpc: '2.0', method, params });
}

/** What begins a session of a revision. */
export function initialize(protocolVersion = '2025-11-25'): string {
  return rpc('initialize', { protocolVersion, capabilities: {}, clientInfo: { name: 'raw', version: '1.0.0' } });
}

/** Begins a session by hand; gives back the headers of what follows. */
export async function begin(
  url: string,
  headers: Record<string, string> = {},
  version = '2025-11-25',
): Promise<Record<string, string>> {
  const answer = await raw(url, { headers: { ...POST_HEADERS, ...headers }, body: initialize(version) });
  return { ...POST_HEADERS, ...headers, 'mcp-session-id': String(answer.headers['mcp-session-id']) };
}

/** Waits, while other things happen, until something is so. */
export async function until(isSo: () => boolean): Promise<void> {
  const giveUpAt = Date.now() + 30_000;
  while (!isSo() && Date.now() < giveUpAt) await new Promise((resolve) => setImmediate(resolve));
}
