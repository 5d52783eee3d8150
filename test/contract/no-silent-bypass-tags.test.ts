import { McpServer as McpServer1 } from '@modelcontextprotocol/sdk/server/mcp.js';
import { McpServer as McpServer2 } from '@modelcontextprotocol/server';
import { afterEach, describe, expect, it } from '@jest/globals';
import { ConfigError, governance, GovernanceMiddleware } from '../../src/index.js';
import { withMiddleware } from '../../src/sdk/index.js';
import { refusalOf, text, textOf } from './hosts/host.js';
import { connectSdk1 } from './hosts/sdk1.js';
import { connectSdk2 } from './hosts/sdk2.js';

const INFO = { name: 'contract', version: '1.0.0' };
const blocked = governance({ policyAction: 'block' });
const says = (said: string) => () => text(said) as { content: [] };

/** What both lines have in common, so that one test can be run on both. */
interface Registered {
  update(updates: { name?: string | null; callback?: () => { content: [] } }): void;
  remove(): void;
  enable(): void;
  disable(): void;
}
interface AnyMcpServer {
  registerTool(name: string, config: object, handler: () => { content: [] }): Registered;
  addMiddleware(middleware: GovernanceMiddleware): void;
}

const LINES = [
  { title: 'SDK 1.x', make: () => new McpServer1(INFO), connect: connectSdk1 as (server: never) => Connected },
  { title: 'SDK 2.x', make: () => new McpServer2(INFO), connect: connectSdk2 as (server: never) => Connected },
];
type Connected = ReturnType<typeof connectSdk1> | ReturnType<typeof connectSdk2>;

describe.each(LINES)('the tag of a tool goes where the tool goes, on McpServer of $title', ({ make, connect }) => {
  const open: { close(): Promise<void> }[] = [];
  afterEach(async () => {
    await Promise.all(open.splice(0).map((each) => each.close()));
  });

  async function setUp(register: (server: AnyMcpServer) => void) {
    const server = withMiddleware<McpServer1 | McpServer2>(make());
    server.addMiddleware(new GovernanceMiddleware({}, { env: {} }));
    register(server);
    const client = await connect(server as never);
    open.push(client);
    return client;
  }

  it('from the config object and from the handler', async () => {
    const client = await setUp((server) => {
      server.registerTool('on_config', blocked({ description: 'x' }), says('ran'));
      server.registerTool('on_handler', {}, blocked(says('ran')));
      server.registerTool('on_none', {}, says('ran'));
    });
    expect(refusalOf(await client.call('on_config', {}))).toBe('policy_blocked');
    expect(refusalOf(await client.call('on_handler', {}))).toBe('policy_blocked');
    expect(textOf(await client.call('on_none', {}))).toBe('ran');
  });

  it('from a config that was spread into another', async () => {
    const config = blocked({ description: 'x' });
    const client = await setUp((server) => {
      server.registerTool('it', { ...config, title: 'It' }, says('ran'));
    });
    expect(refusalOf(await client.call('it', {}))).toBe('policy_blocked');
  });

  it('and may not be on both', async () => {
    await setUp((server) => {
      const both = () => server.registerTool('both', blocked({}), blocked(says('ran')));
      expect(both).toThrow(ConfigError);
      expect(() => blocked(blocked({}))).toThrow(ConfigError);
    });
  });

  it('of one handler or config used for two tools, for both', async () => {
    const handler = blocked(says('ran'));
    const client = await setUp((server) => {
      server.registerTool('one', {}, handler);
      server.registerTool('two', {}, handler);
    });
    for (const name of ['one', 'two']) expect(refusalOf(await client.call(name, {}))).toBe('policy_blocked');
  });

  it('of the config alone: another tool with the same handler is not governed by it', async () => {
    const handler = says('ran');
    const client = await setUp((server) => {
      server.registerTool('tagged', blocked({}), handler);
      server.registerTool('free', {}, handler);
    });
    expect(refusalOf(await client.call('tagged', {}))).toBe('policy_blocked');
    expect(textOf(await client.call('free', {}))).toBe('ran');
  });

  it('of a config that servers made one after the other share, for each of them', async () => {
    const [config, handler] = [blocked({}), says('ran')];
    for (let session = 0; session < 2; session++) {
      const client = await setUp((server) => void server.registerTool('it', config, handler));
      expect(refusalOf(await client.call('it', {}))).toBe('policy_blocked');
    }
  });

  it('when it is renamed', async () => {
    let tool: Registered | undefined;
    const client = await setUp((server) => {
      tool = server.registerTool('before', {}, blocked(says('ran')));
      server.registerTool('other', {}, says('ran'));
    });
    expect(refusalOf(await client.call('before', {}))).toBe('policy_blocked');
    tool?.update({ name: 'after' });
    expect(refusalOf(await client.call('after', {}))).toBe('policy_blocked');
    expect(await client.listTools()).toEqual(expect.arrayContaining(['after', 'other']));
  });

  it('when its handler is replaced: the new handler has the say', async () => {
    let tool: Registered | undefined;
    const client = await setUp((server) => {
      tool = server.registerTool('it', {}, says('old'));
    });
    expect(textOf(await client.call('it', {}))).toBe('old');
    tool?.update({ callback: blocked(says('new')) });
    expect(refusalOf(await client.call('it', {}))).toBe('policy_blocked');
    tool?.update({ callback: says('newest') });
    expect(textOf(await client.call('it', {}))).toBe('newest');
  });

  it('when the handler of a tagged config is replaced: the config still has its say', async () => {
    let tool: Registered | undefined;
    const client = await setUp((server) => {
      tool = server.registerTool('it', blocked({}), says('old'));
    });
    tool?.update({ callback: says('new') });
    expect(refusalOf(await client.call('it', {}))).toBe('policy_blocked');
  });

  it('when it is removed and another takes its name', async () => {
    let tool: Registered | undefined;
    let again: (() => void) | undefined;
    const client = await setUp((server) => {
      tool = server.registerTool('it', {}, says('old'));
      again = () => server.registerTool('it', {}, blocked(says('new')));
    });
    expect(textOf(await client.call('it', {}))).toBe('old');
    tool?.remove();
    again?.();
    expect(refusalOf(await client.call('it', {}))).toBe('policy_blocked');
  });

  it('when it is disabled and enabled', async () => {
    let tool: Registered | undefined;
    const client = await setUp((server) => {
      tool = server.registerTool('it', {}, blocked(says('ran')));
    });
    tool?.disable();
    tool?.enable();
    expect(refusalOf(await client.call('it', {}))).toBe('policy_blocked');
  });
});
