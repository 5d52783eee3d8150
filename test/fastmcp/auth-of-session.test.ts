import { afterEach, describe, expect, it } from '@jest/globals';
import { FastMCP } from '../../src/fastmcp/index.js';
import { ConfigError, governance, GovernanceMiddleware } from '../../src/index.js';
import { MemorySink } from '../../src/testing/index.js';
import { connectFastmcp, QUIET } from '../contract/hosts/fastmcp.js';

type Session = Record<string, unknown>;

describe('whose session it is, where canAccess says no', () => {
  const open: { close(): Promise<void> }[] = [];
  afterEach(async () => {
    await Promise.all(open.splice(0).map((session) => session.close()));
  });

  function setUp() {
    const sink = new MemorySink();
    const server = new FastMCP<Session>({ name: 'contract', version: '1.0.0', logger: QUIET });
    server.addMiddleware(new GovernanceMiddleware({ audit: sink }, { env: {} }));
    server.addTool({ name: 'it', canAccess: (auth) => auth['role'] !== 'none', execute: async () => 'done' });
    const connect = async (auth?: Session) => {
      const client = await connectFastmcp(server, auth);
      open.push(client.session);
      return client;
    };
    return { server, connect, users: () => sink.events.map(({ user }) => user) };
  }

  it('is nobody, and not the caller before who was denied every tool', async () => {
    const { connect, users } = setUp();
    await connect({ userId: 'alice', role: 'none' });
    await (await connect()).call('it');
    expect(users()).toEqual(['']);
  });

  it('is its own, also when it is granted a first tool later and others came in between', async () => {
    const { server, connect, users } = setUp();
    const alice = await connect({ userId: 'alice', role: 'none' });
    await connect({ userId: 'bob' });
    server.addTool({ name: 'more', execute: async () => 'done' });
    await alice.call('more');
    expect(users()).toEqual(['alice']);
  });

  it('asks the tools of the author no more often than fastmcp does', async () => {
    const { server, connect } = setUp();
    let asked = 0;
    server.addTool({ name: 'counted', canAccess: () => ++asked > 0, execute: async () => 'done' });
    await connect({ userId: 'bob' });
    expect(asked).toBe(1);
  });
});

it('refuses governance(...) on a tool and on its execute', () => {
  const server = new FastMCP({ name: 'contract', version: '1.0.0', logger: QUIET });
  const execute = governance({ policyAction: 'block' })(async () => 'done');
  const tool = governance({ piiScan: 'strict' })({ name: 'it', execute });
  expect(() => {
    server.addTool(tool);
  }).toThrow(ConfigError);
  expect(() => {
    server.addTools([tool]);
  }).toThrow(/on the tool and on its execute/);
});
