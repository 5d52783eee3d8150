import { Client as Client1 } from '@modelcontextprotocol/sdk/client/index.js';
import { InMemoryTransport as Memory1 } from '@modelcontextprotocol/sdk/inMemory.js';
import { Server as Server1 } from '@modelcontextprotocol/sdk/server/index.js';
import {
  CallToolRequestSchema,
  ListToolsRequestSchema,
  ResultSchema as LOOSE1,
} from '@modelcontextprotocol/sdk/types.js';
import { Client as Client2, InMemoryTransport as Memory2 } from '@modelcontextprotocol/client';
import { Server as Server2 } from '@modelcontextprotocol/server';
import type { JsonObject } from '../../src/call/json.js';
import type { GovernedSession } from '../../src/client/index.js';

// Faults are told on standard error; tests that look at it set a level of their own.
process.env['MCP_GOVERNANCE_LOG_LEVEL'] = 'silent';

/** What a tool is handed besides its arguments: the request's parameters, and how to send a notification. */
export interface Asked {
  readonly params: JsonObject;
  readonly signal: AbortSignal;
  notify(method: string, params: JsonObject): Promise<void>;
}

/** A tool of an ungoverned server. */
export interface PlainTool {
  readonly name: string;
  readonly run: (args: JsonObject, asked: Asked) => unknown;
  readonly annotations?: JsonObject;
  readonly outputSchema?: JsonObject;
  readonly description?: string;
}

/** What a test does with a client of either line. */
export interface LineClient {
  callTool(params: JsonObject, options?: CallSettings): Promise<JsonObject>;
  request(request: JsonObject): Promise<JsonObject>;
  listTools(): Promise<JsonObject>;
  close(): Promise<void>;
  onerror?: ((error: Error) => void) | undefined;
  readonly transport?: { send(message: unknown): Promise<void>; onmessage?: ((message: never) => void) | undefined };
}

/** What goes with a call, as both lines name it. */
export interface CallSettings {
  readonly signal?: AbortSignal;
  readonly timeout?: number;
  readonly resetTimeoutOnProgress?: boolean;
  readonly onprogress?: (progress: JsonObject) => void;
}

/** A client that is connected to an ungoverned server. */
export interface Line {
  /** The client itself, for `configureSession`. */
  readonly client: object & Partial<GovernedSession>;
  /** The same, in the words of both lines. */
  readonly caller: LineClient;
  /** Connects the client anew, to a new server of the same tools. */
  reconnect(): Promise<void>;
  /** The parameters of every call that reached a tool. */
  readonly reached: readonly JsonObject[];
  /** Every notification that reached a handler of the client. */
  readonly notified: readonly JsonObject[];
}

const INFO = { name: 'plain', version: '1.0.0' };
const CAPABILITIES = { capabilities: { tools: { listChanged: true }, logging: {} } };

/** One line of the MCP SDK. */
export interface SdkLine {
  readonly title: string;
  connect(tools: readonly PlainTool[]): Promise<Line>;
  /** A client of this line that is connected to nothing. */
  idle(): object;
}

function listed(tools: readonly PlainTool[]): JsonObject {
  return { tools: tools.map(({ run: _run, ...tool }) => ({ inputSchema: { type: 'object' }, ...tool })) };
}

async function runTool(tools: readonly PlainTool[], reached: JsonObject[], asked: Asked): Promise<never> {
  const { name, arguments: args = {} } = asked.params;
  const tool = tools.find((each) => each.name === name);
  if (tool === undefined) throw new Error(`no tool ${String(name)}`);
  reached.push(structuredClone(asked.params));
  return (await tool.run(args as JsonObject, asked)) as never;
}

const line1: SdkLine = {
  title: 'SDK 1.x',
  idle: () => new Client1(INFO),
  async connect(tools) {
    const reached: JsonObject[] = [];
    const notified: JsonObject[] = [];
    const client = new Client1({ name: 'agent', version: '1.0.0' });
    client.fallbackNotificationHandler = async (notification) => void notified.push(notification);
    const reconnect = async (): Promise<void> => {
      const server = new Server1(INFO, CAPABILITIES);
      server.setRequestHandler(ListToolsRequestSchema, () => listed(tools) as never);
      server.setRequestHandler(CallToolRequestSchema, ({ params }, { signal, sendNotification }) =>
        runTool(tools, reached, {
          params,
          signal,
          notify: (method, sent) => sendNotification({ method, params: sent }),
        }),
      );
      const [near, far] = Memory1.createLinkedPair();
      await Promise.all([server.connect(far), client.connect(near)]);
    };
    await reconnect();
    const caller: LineClient = {
      callTool: (params, options) => client.callTool(params as never, undefined, options),
      request: (request) => client.request(request as never, LOOSE1),
      listTools: () => client.listTools(),
      close: () => client.close(),
      get transport() {
        return client.transport as never;
      },
      set onerror(heard: (error: Error) => void) {
        client.onerror = heard;
      },
    };
    return { client, caller, reconnect, reached, notified };
  },
};

const line2: SdkLine = {
  title: 'SDK 2.x',
  idle: () => new Client2(INFO),
  async connect(tools) {
    const reached: JsonObject[] = [];
    const notified: JsonObject[] = [];
    const client = new Client2({ name: 'agent', version: '1.0.0' });
    client.fallbackNotificationHandler = async (notification) => void notified.push(notification);
    const reconnect = async (): Promise<void> => {
      const server = new Server2(INFO, CAPABILITIES);
      server.setRequestHandler('tools/list', () => listed(tools) as never);
      server.setRequestHandler('tools/call', ({ params }, { mcpReq }) =>
        runTool(tools, reached, {
          params,
          signal: mcpReq.signal,
          notify: (method, sent) => mcpReq.notify({ method, params: sent }),
        }),
      );
      const [near, far] = Memory2.createLinkedPair();
      await Promise.all([server.connect(far), client.connect(near)]);
    };
    await reconnect();
    const caller: LineClient = {
      callTool: (params, options) => client.callTool(params as never, options),
      request: (request) => client.request(request as never),
      listTools: () => client.listTools(),
      close: () => client.close(),
      get transport() {
        return client.transport as never;
      },
      set onerror(heard: (error: Error) => void) {
        client.onerror = heard;
      },
    };
    return { client, caller, reconnect, reached, notified };
  },
};

/** Both lines of the SDK. */
export const LINES: readonly SdkLine[] = [line1, line2];

/** A result with one text. */
export function said(text: string): JsonObject {
  return { content: [{ type: 'text', text }] };
}

/** A tool that answers with what it was told. */
export function echo(name = 'echo'): PlainTool {
  return { name, run: (args) => said(JSON.stringify(args)) };
}

/** What a promise rejects with. */
export async function refusalOf(promise: Promise<unknown>): Promise<Error & { readonly code?: unknown }> {
  return promise.then(
    () => Promise.reject(new Error('it was not refused')),
    (error: unknown) => error as Error,
  );
}
