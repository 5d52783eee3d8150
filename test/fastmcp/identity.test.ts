import { afterEach, describe, expect, it } from '@jest/globals';
import { FastMCP } from '../../src/fastmcp/index.js';
import { GovernanceMiddleware } from '../../src/index.js';
import { MemorySink } from '../../src/testing/index.js';
import { connectFastmcp, QUIET } from '../contract/hosts/fastmcp.js';

type Session = Record<string, unknown>;

describe('who calls, on fastmcp', () => {
  const open: { close(): Promise<void> }[] = [];
  afterEach(async () => {
    await Promise.all(open.splice(0).map((session) => session.close()));
  });

  function setUp() {
    const sink = new MemorySink();
    const server = new FastMCP<Session>({ name: 'contract', version: '1.0.0', logger: QUIET });
    server.addMiddleware(new GovernanceMiddleware({ audit: sink }, { env: {} }));
    server.addTool({ name: 'it', execute: async () => 'done' });
    const connect = async (auth?: Session) => {
      const client = await connectFastmcp(server, auth);
      open.push(client.session);
      return client;
    };
    const callers = () => sink.events.map(({ agent, user }) => ({ agent, user }));
    return { server, connect, callers };
  }

  it('is what authentication found, each session its own', async () => {
    const { connect, callers } = setUp();
    const [ann, bob] = [await connect({ userId: 'ann', agent: 'writer' }), await connect({ sub: 'bob' })];
    await bob.call('it');
    await ann.call('it');
    expect(callers()).toEqual([
      { agent: '', user: 'bob' },
      { agent: 'writer', user: 'ann' },
    ]);
  });

  it('is the word of the client where there was no authentication', async () => {
    const { connect, callers } = setUp();
    await (await connect()).call('it');
    expect(callers()).toEqual([{ agent: 'contract-client', user: '' }]);
  });

  it('is never somebody else: not after tools were added for another session', async () => {
    const { server, connect, callers } = setUp();
    await connect({ userId: 'ann' });
    server.addTool({ name: 'more', execute: async () => 'done' });
    await (await connect()).call('it');
    expect(callers()).toEqual([{ agent: 'contract-client', user: '' }]);
  });

  it('follows a session that authenticates anew', async () => {
    const { connect, callers } = setUp();
    const client = await connect({ userId: 'ann' });
    (client.session as unknown as { updateAuth(auth: Session): void }).updateAuth({ userId: 'bob' });
    await client.call('it');
    expect(callers()).toEqual([{ agent: '', user: 'bob' }]);
  });
});
