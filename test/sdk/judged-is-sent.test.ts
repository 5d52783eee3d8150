import { McpServer as McpServer1 } from '@modelcontextprotocol/sdk/server/mcp.js';
import { McpServer as McpServer2 } from '@modelcontextprotocol/server';
import { afterEach, describe, expect, it } from '@jest/globals';
import { GovernanceMiddleware } from '../../src/index.js';
import { withMiddleware } from '../../src/sdk/index.js';
import { text } from '../contract/hosts/host.js';
import { connectSdk1 } from '../contract/hosts/sdk1.js';
import { connectSdk2 } from '../contract/hosts/sdk2.js';

const SSN = '123-45-6789';
const INFO = { name: 'contract', version: '1.0.0' };
const LOGGING = { capabilities: { logging: {} } };

type Message = { method: string; params?: Record<string, unknown> };
type Send = (message: Message) => Promise<void>;
type Context = { sendNotification?: Send; mcpReq?: { notify: Send } };

/** What both lines have in common, so that one test can be run on both. */
interface AnyMcpServer {
  registerTool(name: string, config: object, handler: (context: Context) => Promise<{ content: [] }>): object;
  readonly server: { notification: Send };
}

const LINES = [
  {
    title: 'SDK 1.x',
    async setUp(prepare: (server: AnyMcpServer) => void) {
      const server = withMiddleware(new McpServer1(INFO, LOGGING));
      server.addMiddleware(new GovernanceMiddleware({}, { env: {} }));
      prepare(server as unknown as AnyMcpServer);
      return {
        ...(await connectSdk1(server)),
        send: server.server.notification.bind(server.server),
      };
    },
  },
  {
    title: 'SDK 2.x',
    async setUp(prepare: (server: AnyMcpServer) => void) {
      const server = withMiddleware(new McpServer2(INFO, LOGGING));
      server.addMiddleware(new GovernanceMiddleware({}, { env: {} }));
      prepare(server);
      return {
        ...(await connectSdk2(server)),
        send: server.server.notification.bind(server.server),
      };
    },
  },
];

const message = (said: string): Message & { params: { data: string } } => ({
  method: 'notifications/message',
  params: { level: 'info', data: said },
});
const progress = (progressToken: unknown): Message => ({
  method: 'notifications/progress',
  params: { progressToken, progress: 1, message: `found ${SSN}` },
});

describe.each(LINES)('what was judged is what is sent, on $title', ({ setUp }) => {
  const open: { close(): Promise<void> }[] = [];
  afterEach(async () => {
    await Promise.all(open.splice(0).map((each) => each.close()));
  });

  async function calling(run: (send: Send, loose: Send) => Promise<void>, meta?: Record<string, unknown>) {
    const client = await setUp((server) => {
      server.registerTool('it', {}, async (context) => {
        const send = (context.mcpReq?.notify ?? context.sendNotification) as Send;
        await run(send, (said) => server.server.notification(said));
        return text('done') as { content: [] };
      });
    });
    open.push(client);
    await client.raw('tools/call', { name: 'it', arguments: {}, ...(meta && { _meta: meta }) });
    return client.notifications;
  }

  async function sending(...messages: Message[]) {
    const client = await setUp(() => undefined);
    open.push(client);
    for (const each of messages) await client.send(each).catch(() => undefined);
    return client.notifications;
  }

  it('where one object is sent twice with another content', async () => {
    const sent = await calling(async (send, loose) => {
      const said = message('nothing yet');
      await send(said);
      said.params.data = SSN;
      await send(said);
      await loose(said);
      await loose(said);
    });
    expect(sent.map(({ params }) => params['data'])).toEqual(['nothing yet', '##SSN##', '##SSN##', '##SSN##']);
  });

  it('where it changes while it is judged', async () => {
    const sent = await calling(async (send, loose) => {
      for (const way of [send, loose]) {
        const said = message('nothing yet');
        const sending = way(said);
        said.params.data = SSN;
        await sending;
      }
    });
    expect(sent.map(({ params }) => params['data'])).toEqual(['nothing yet', 'nothing yet']);
  });

  it('where nothing but the method and its parameters is a member', async () => {
    const sent = await calling((send) => send({ ...message('nothing'), said: SSN } as Message));
    expect(JSON.stringify(sent)).not.toContain(SSN);
  });

  it('whatever its method is, also outside of a call', async () => {
    const custom = { method: 'notifications/custom', params: { said: SSN } };
    const disguised = { method: 'notifications/tools/list_changed', params: { said: SSN } };
    const cancelled = { method: 'notifications/cancelled', params: { requestId: 7, reason: SSN } };
    const sent = await sending(custom, disguised, cancelled);
    expect(sent.map(({ method }) => method)).toContain('notifications/custom');
    expect(JSON.stringify(sent)).not.toContain(SSN);
  });

  it("but the protocol's own messages are left as they are", async () => {
    const updated = { method: 'notifications/resources/updated', params: { uri: `file:///of/${SSN}` } };
    const own = await setUp((server) => {
      const { server: low } = server as unknown as { server: { registerCapabilities(each: object): void } };
      low.registerCapabilities({ resources: { subscribe: true } });
    });
    open.push(own);
    await own.send(updated);
    expect(own.notifications.map(({ params }) => params)).toEqual([updated.params]);
  });

  it('progress goes by the token that the client sent, whatever it looks like', async () => {
    const sent = await calling((send) => send(progress(SSN)), { progressToken: SSN });
    expect(sent.map(({ params }) => params)).toMatchObject([{ progressToken: SSN, message: 'found ##SSN##' }]);
  });

  it('a token that the client did not send is content', async () => {
    const within = await calling((send) => send(progress(SSN)), { progressToken: 'mine' });
    const without = await sending(progress(SSN), {
      ...message('x'),
      params: { level: 'info', data: 'x', progressToken: SSN },
    });
    expect(JSON.stringify([within, without])).not.toContain(SSN);
  });

  it('a number outside of a call is a token', async () => {
    const [sent] = await sending(progress(5));
    expect(sent?.params).toMatchObject({ progressToken: 5, message: 'found ##SSN##' });
  });
});
