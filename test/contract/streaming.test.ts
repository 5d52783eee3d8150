import { afterEach, describe, expect, it } from '@jest/globals';
import type { JsonObject } from '../../src/call/json.js';
import { type Handler, type Host, HOSTS, type Setup, Started, text, textOf } from './hosts/all-hosts.js';
import { CLIENTS } from './hosts/clients.js';
import { PROXIED } from './hosts/proxied.js';

const SSN = '123-45-6789';

/** One way of a host to send something to the client before the result. */
interface Channel {
  readonly title: string;
  readonly method: string;
  send(context: never, said: string): unknown;
}

interface FastmcpContext {
  log: { info(message: string, data?: unknown): void };
  streamContent(content: object): Promise<void>;
  reportProgress(progress: object): Promise<void>;
}
interface Extra {
  _meta?: { progressToken?: unknown };
  sendNotification(notification: object): Promise<void>;
}
interface Context2 {
  mcpReq: {
    _meta?: { progressToken?: unknown };
    notify(notification: object): Promise<void>;
    log(level: string, data: unknown, logger?: string): Promise<void>;
  };
}

const logged = (said: string) => ({ method: 'notifications/message', params: { level: 'info', data: { said } } });
const progress = (progressToken: unknown, message: string) => ({
  method: 'notifications/progress',
  params: { progressToken, progress: 1, total: 2, message },
});

const FASTMCP: readonly Channel[] = [
  {
    title: 'streamContent',
    method: 'notifications/tool/streamContent',
    send: (context: FastmcpContext, said) => context.streamContent({ type: 'text', text: said }),
  },
  {
    title: 'the text of log',
    method: 'notifications/message',
    send: (context: FastmcpContext, said) => context.log.info(said),
  },
  {
    title: 'the data of log',
    method: 'notifications/message',
    send: (context: FastmcpContext, said) => context.log.info('see data', { deep: [said] }),
  },
  {
    title: 'reportProgress',
    method: 'notifications/progress',
    send: (context: FastmcpContext, message) => context.reportProgress({ progress: 1, total: 2, message }),
  },
];
const SDK1: readonly Channel[] = [
  {
    title: 'sendNotification of a log line',
    method: 'notifications/message',
    send: (extra: Extra, said) => extra.sendNotification(logged(said)),
  },
  {
    title: 'sendNotification of progress',
    method: 'notifications/progress',
    send: (extra: Extra, said) => extra.sendNotification(progress(extra._meta?.progressToken, said)),
  },
];
const SDK2: readonly Channel[] = [
  {
    title: 'notify of a log line',
    method: 'notifications/message',
    send: ({ mcpReq }: Context2, said) => mcpReq.notify(logged(said)),
  },
  {
    title: 'notify of progress',
    method: 'notifications/progress',
    send: ({ mcpReq }: Context2, said) => mcpReq.notify(progress(mcpReq._meta?.progressToken, said)),
  },
  {
    title: 'log',
    method: 'notifications/message',
    send: ({ mcpReq }: Context2, said) => mcpReq.log('info', { said }, 'it'),
  },
];

function channelsOf(host: Host): readonly Channel[] {
  if (host.title === 'fastmcp') return FASTMCP;
  return host.title.includes('SDK 1') ? SDK1 : SDK2;
}

const cases = [...HOSTS, ...CLIENTS, ...PROXIED].flatMap((host) =>
  channelsOf(host).map((channel) => ({ host, channel, on: host.title, by: channel.title })),
);

describe.each(cases)('what leaves before the result is scanned like it: $on, $by', ({ host, channel }) => {
  const servers = new Started(host);
  afterEach(() => servers.closeAll());

  async function stream(said: string, options: Setup['options'] = {}, token: unknown = 'token-1') {
    const handler: Handler = async (_args, context) => {
      await channel.send(context, said);
      return text('done');
    };
    const server = await servers.start({ tools: [{ name: 'it', handler }], options });
    const result = await server.call('it', {}, { meta: { progressToken: token } });
    expect(textOf(result)).toBe('done');
    const sent = server.notifications.filter((each) => each.method === channel.method);
    return { sent, params: sent[0]?.params, text: JSON.stringify(sent), event: server.sink.events[0] };
  }

  it('redacted, and found on the record of its call', async () => {
    const { sent, text: left, event } = await stream(`My SSN is ${SSN}.`);
    expect(sent).toHaveLength(1);
    expect(left).toContain('My SSN is ##SSN##.');
    expect(left).not.toContain(SSN);
    expect(event?.findings.map((finding) => finding.type)).toEqual(['ssn']);
  });

  it('withheld where its type is blocked; the result still leaves', async () => {
    const { sent, event } = await stream(`My SSN is ${SSN}.`, { piiActions: { ssn: 'block' } });
    expect(sent).toEqual([]);
    expect(event?.findings.map((finding) => finding.type)).toEqual(['ssn']);
    expect(event?.resultStatus).toBe('success');
  });

  it('withheld where the scanner fails and governance is closed', async () => {
    const scan = (said: string) => {
      if (said.includes('unlucky')) throw new Error('boom');
      return [];
    };
    const options = (failOpen: boolean) => ({ piiScanner: { scan }, policyConfig: { failOpen } });
    expect((await stream('unlucky', options(false))).sent).toEqual([]);
    expect((await stream('unlucky', options(true))).sent).toHaveLength(1);
  });

  it('withheld where it is too large', async () => {
    expect((await stream('x'.repeat(2000), { policyConfig: { maxResultBytes: 1000 } })).sent).toEqual([]);
  });

  it('as it was where nothing was found, or its tool is not scanned or not governed', async () => {
    const clean = await stream('all is well');
    expect(clean.text).toContain('all is well');
    for (const it of [{ piiScan: 'off' as const }, { enabled: false }]) {
      expect((await stream(`My SSN is ${SSN}.`, { toolConfigs: { it } })).text).toContain(SSN);
    }
  });

  it('with the progress token that the client chose, whatever it looks like', async () => {
    if (channel.method !== 'notifications/progress') return;
    for (const token of ['token-1', 7, 4111111111111111, SSN]) {
      const { params } = await stream(`My SSN is ${SSN}.`, {}, token);
      expect(params).toMatchObject({ progressToken: token, progress: 1, total: 2, message: 'My SSN is ##SSN##.' });
    }
  });
});

describe.each(HOSTS)('a middleware that looks at notifications, on $title', (host) => {
  const servers = new Started(host);
  afterEach(() => servers.closeAll());

  it('sees them once each, with the call they belong to, and may change, withhold or fail', async () => {
    const channel = channelsOf(host)[0]!;
    const seen: [string, string][] = [];
    const onCallNotification = (
      context: { tool: string },
      sent: { method: string; params?: JsonObject | undefined },
    ) => {
      seen.push([context.tool, sent.method]);
      const said = JSON.stringify(sent);
      if (said.includes('fail')) throw new Error('boom');
      return said.includes('secret') ? undefined : sent;
    };
    const handler: Handler = async (_args, context) => {
      for (const said of ['open', 'secret', 'fail', 'open']) {
        await Promise.resolve(channel.send(context, said)).catch(() => undefined);
      }
      return text('done');
    };
    const server = await servers.start({ tools: [{ name: 'it', handler }], middlewares: [{ onCallNotification }] });
    expect(textOf(await server.call('it', {}))).toBe('done');
    expect(seen).toEqual(Array.from({ length: 4 }, () => ['it', channel.method]));
    expect(server.notifications.filter((each) => each.method === channel.method)).toHaveLength(2);
  });
});
