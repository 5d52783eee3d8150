import { afterEach, describe, expect, it } from '@jest/globals';
import { FastMCP as BaseFastMCP, type Tool } from 'fastmcp';
import { FastMCP } from '../../src/fastmcp/index.js';
import { governance, GovernanceMiddleware } from '../../src/index.js';
import { until } from './faults.js';
import { connectFastmcp, QUIET } from './hosts/fastmcp.js';
import { refusalOf, textOf } from './hosts/host.js';

const BLOCK_SECRET = { toolConfigs: { 'secret*': { policyAction: 'block' as const } } };
type AnyTool = Tool<Record<string, unknown> | undefined>;
type Server = FastMCP<Record<string, unknown> | undefined>;

/** A server with governance that blocks `secret*`, and tools that count their runs. */
function setUp(...middlewares: GovernanceMiddleware[]) {
  const runs: string[] = [];
  const server: Server = new FastMCP({ name: 'contract', version: '1.0.0', logger: QUIET });
  for (const middleware of middlewares) server.addMiddleware(middleware);
  const tool = (name: string, said = name): AnyTool => ({ name, execute: async () => (runs.push(name), said) });
  return {
    server,
    runs,
    tool,
    slipIn: (slipped: AnyTool) => BaseFastMCP.prototype.addTool.call(server, slipped as never),
  };
}

const open: { close(): Promise<void> }[] = [];

async function connect(server: Server, auth?: Record<string, unknown>) {
  const client = await connectFastmcp(server, auth);
  open.push(client.session);
  return client;
}

const governor = () => new GovernanceMiddleware(BLOCK_SECRET, { env: {} });

describe('on fastmcp there is no way past governance', () => {
  afterEach(async () => {
    await Promise.all(open.splice(0).map((session) => session.close()));
  });

  it('with addTool and addTools, before and after addMiddleware', async () => {
    const { server, runs, tool } = setUp();
    server.addTool(tool('secret_a'));
    server.addTools([tool('secret_b'), tool('open')]);
    server.addMiddleware(governor());
    server.addTools([tool('secret_c')]);
    const client = await connect(server);
    for (const name of ['secret_a', 'secret_b', 'secret_c']) {
      expect(refusalOf(await client.call(name))).toBe('policy_blocked');
    }
    expect(textOf(await client.call('open'))).toBe('open');
    expect(runs).toEqual(['open']);
  });

  it('with a tool slipped in through the base class, beside governed ones', async () => {
    const { server, runs, tool, slipIn } = setUp(governor());
    server.addTool(tool('open'));
    slipIn(tool('secret'));
    const client = await connect(server);
    expect(refusalOf(await client.call('secret'))).toBe('policy_blocked');
    expect(runs).toEqual([]);
  });

  it('with a tool slipped in alone: it is refused, loudly', async () => {
    const { server, runs, tool, slipIn } = setUp(governor());
    slipIn(tool('secret'));
    slipIn(tool('harmless'));
    const client = await connect(server);
    for (const name of ['secret', 'harmless']) {
      const result = await client.call(name);
      expect(result.isError).toBe(true);
      expect(textOf(result)).toMatch(/past governance/);
    }
    expect(runs).toEqual([]);
  });

  it('with a tool slipped in under the name of a governed one', async () => {
    const { server, runs, tool, slipIn } = setUp(governor());
    server.addTool(tool('open'));
    server.addTool(governance({ policyAction: 'block' })(tool('tagged')));
    server.addTool(tool('secret'));
    slipIn(tool('secret', 'other'));
    const client = await connect(server);
    expect(refusalOf(await client.call('secret'))).toBe('policy_blocked');
    expect(refusalOf(await client.call('tagged'))).toBe('policy_blocked');
    expect(runs).toEqual([]);
  });

  it('with a session of its own, while a governed session runs a tool of that name', async () => {
    const { server, tool, slipIn } = setUp(governor());
    let finish: (() => void) | undefined;
    const slow = { name: 'it', execute: () => new Promise<string>((resolve) => (finish = () => resolve('done'))) };
    server.addTool({ ...slow, canAccess: (auth) => auth?.['may'] === true });
    const first = await connect(server, { may: true });
    const running = first.call('it');
    await until(() => finish !== undefined);
    const runs: string[] = [];
    slipIn({ ...tool('it'), execute: async () => (runs.push('it'), 'ungoverned') });
    const second = await connect(server, { may: false });
    expect((await second.call('it')).isError).toBe(true);
    expect(runs).toEqual([]);
    finish?.();
    expect(textOf(await running)).toBe('done');
  });

  it('with tools added, replaced and removed while connected', async () => {
    const { server, runs, tool, slipIn } = setUp(governor());
    server.addTool(tool('open'));
    const client = await connect(server);
    server.addTool(tool('secret_late'));
    server.addTools([tool('secret_later')]);
    slipIn(tool('secret_slipped'));
    for (const name of ['secret_late', 'secret_later', 'secret_slipped']) {
      expect(refusalOf(await client.call(name))).toBe('policy_blocked');
    }
    server.addTool(governance({ policyAction: 'block' })(tool('open')));
    expect(refusalOf(await client.call('open'))).toBe('policy_blocked');
    server.addTool(tool('open', 'again'));
    expect(textOf(await client.call('open'))).toBe('again');
    server.removeTool('open');
    await expect(client.call('open')).rejects.toThrow(/Unknown tool/);
    expect(runs).toEqual(['open']);
  });

  it('for a session that saw no tool at first: what is added later is governed, and usable', async () => {
    const { server, runs, tool } = setUp(governor());
    server.addTool({ ...tool('staff'), canAccess: () => false });
    const client = await connect(server, { user: 'ann' });
    server.addTools([tool('secret'), tool('open')]);
    expect(refusalOf(await client.call('secret'))).toBe('policy_blocked');
    expect(textOf(await client.call('open'))).toBe('open');
    expect(runs).toEqual(['open']);
  });

  it('for several servers in one process: each has its own middlewares', async () => {
    const [governed, other] = [setUp(governor()), setUp()];
    governed.server.addTool(governed.tool('secret'));
    other.server.addTool(other.tool('secret'));
    expect(refusalOf(await (await connect(governed.server)).call('secret'))).toBe('policy_blocked');
    expect(textOf(await (await connect(other.server)).call('secret'))).toBe('secret');
    expect(governed.runs).toEqual([]);
  });

  it('and a tool object that changes after it was added is still judged under its name', async () => {
    const { server, runs, tool } = setUp(governor());
    const changing = { ...tool('secret') };
    server.addTool(changing);
    (changing as { name: string }).name = 'harmless';
    const client = await connect(server);
    expect(await client.listTools()).toEqual(['secret']);
    expect(refusalOf(await client.call('secret'))).toBe('policy_blocked');
    await expect(client.call('harmless')).rejects.toThrow(/Unknown tool/);
    expect(runs).toEqual([]);
  });

  it('nor for a plain fastmcp server beside it, which stays as it is', async () => {
    setUp(governor());
    const plain = new BaseFastMCP({ name: 'plain', version: '1.0.0', logger: QUIET });
    plain.addTool({ name: 'secret', execute: async () => 'mine' });
    const client = await connectFastmcp(plain);
    open.push(client.session);
    expect(textOf(await client.call('secret'))).toBe('mine');
  });
});
