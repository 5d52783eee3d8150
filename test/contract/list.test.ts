import { afterEach, describe, expect, it } from '@jest/globals';
import type { ListedTool, ListToolsContext } from '../../src/index.js';
import { HOSTS, refusalOf, type Setup, Started, text } from './hosts/all-hosts.js';

const tools = ['read', 'write', 'delete'].map((name) => ({ name, handler: () => text('done') }));

describe.each(HOSTS)('tools/list, on $title', (host) => {
  const servers = new Started(host);
  afterEach(() => servers.closeAll());
  const listed = async (options: Setup['options']) => (await servers.start({ tools, options })).listTools();

  it('has all tools, also blocked ones, unless hideBlockedTools says otherwise', async () => {
    const toolConfigs = { 'd*': { policyAction: 'block' } } as const;
    expect(await listed({ toolConfigs })).toEqual(['read', 'write', 'delete']);
    expect(await listed({ toolConfigs, policyConfig: { hideBlockedTools: true } })).toEqual(['read', 'write']);
  });

  it('hides what is blocked by default, and shows what an entry allows', async () => {
    const policyConfig = { hideBlockedTools: true, defaultPolicyAction: 'block' } as const;
    expect(await listed({ policyConfig, toolConfigs: { read: { policyAction: 'allow' } } })).toEqual(['read']);
  });

  it('hides no tool that somebody could approve, a policy may allow, or nobody governs', async () => {
    const policyConfig = { hideBlockedTools: true, defaultPolicyAction: 'block' } as const;
    const all = ['read', 'write', 'delete'];
    expect(await listed({ policyConfig, onPolicyBlock: () => ({ approved: false }) })).toEqual(all);
    expect(await listed({ policyConfig, policy: { decide: () => ({ action: 'block' }) } })).toEqual(all);
    expect(await listed({ policyConfig, toolConfigs: { '*': { enabled: false } } })).toEqual(all);
    expect(
      await listed({ policyConfig: { hideBlockedTools: true }, toolConfigs: { read: { approvalRequired: true } } }),
    ).toEqual(all);
  });

  it('and a hidden tool is still blocked', async () => {
    const policyConfig = { hideBlockedTools: true } as const;
    const server = await servers.start({
      tools,
      options: { policyConfig, toolConfigs: { read: { policyAction: 'block' } } },
    });
    await server.listTools();
    expect(refusalOf(await server.call('read', {}))).toBe('policy_blocked');
    expect(server.runs('read')).toEqual([]);
  });

  it('can be changed by middlewares, in the order in which they were added', async () => {
    const renaming = (suffix: string) => ({
      onListTools: async (
        context: ListToolsContext,
        next: (context: ListToolsContext) => Promise<readonly ListedTool[]>,
      ) => (await next(context)).map((tool) => ({ ...tool, name: `${tool.name}${suffix}` })),
    });
    const server = await servers.start({
      tools: tools.slice(0, 1),
      middlewares: [renaming('_outer'), renaming('_inner')],
    });
    expect(await server.listTools()).toEqual(['read_inner_outer']);
  });

  it('tells a middleware the name of the server and what is known of a tool', async () => {
    const seen: unknown[] = [];
    const looking = {
      onListTools: async (
        context: ListToolsContext,
        next: (context: ListToolsContext) => Promise<readonly ListedTool[]>,
      ) => {
        seen.push(context.server, context.definitionOf('no_such_tool'), context.definitionOf('constructor'));
        return next(context);
      },
    };
    const server = await servers.start({ tools, middlewares: [looking] });
    await server.listTools();
    expect(seen).toEqual(['contract', undefined, undefined]);
  });
});

describe.each(HOSTS.filter((host) => !host.lowLevel))('tools/list and tags, on $title', (host) => {
  const servers = new Started(host);
  afterEach(() => servers.closeAll());

  it('hides what its author blocks', async () => {
    const tagged = [...tools, { ...tools[0]!, name: 'internal', governance: { policyAction: 'block' } as const }];
    const options = { policyConfig: { hideBlockedTools: true } };
    expect(await (await servers.start({ tools: tagged, options })).listTools()).toEqual(['read', 'write', 'delete']);
  });
});
