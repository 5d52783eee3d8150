import { InMemoryTaskStore } from '@modelcontextprotocol/sdk/experimental/tasks/stores/in-memory.js';
import type { ToolTaskHandler } from '@modelcontextprotocol/sdk/experimental/tasks/interfaces.js';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { CallToolResultSchema } from '@modelcontextprotocol/sdk/types.js';
import { afterEach, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { governance, GovernanceMiddleware, type GovernanceOptions } from '../../src/index.js';
import type { JsonObject } from '../../src/call/json.js';
import { withMiddleware } from '../../src/sdk/index.js';
import { MemorySink } from '../../src/testing/index.js';
import { connectSdk1 } from '../contract/hosts/sdk1.js';
import { textOf } from '../contract/hosts/host.js';

const SSN = '123-45-6789';
const plain = <T>(value: T): T => value;

describe('tasks of SDK 1.x', () => {
  const open: (() => Promise<void>)[] = [];
  afterEach(async () => {
    await Promise.all(open.splice(0).map((close) => close()));
  });

  /** A server with a tool that answers with a task, and finishes it at once with a result that holds a finding. */
  async function setUp(options: GovernanceOptions, tagConfig: <T extends object>(config: T) => T = plain) {
    const taskStore = new InMemoryTaskStore();
    const capabilities = { tasks: { list: {}, cancel: {}, requests: { tools: { call: {} } } } };
    const inner = new McpServer({ name: 'contract', version: '1.0.0' }, { capabilities, taskStore });
    const server = withMiddleware(inner);
    const sink = new MemorySink();
    server.addMiddleware(new GovernanceMiddleware({ audit: sink, ...options }, { env: {} }));
    let runs = 0;
    const config = { inputSchema: z.object({}), execution: { taskSupport: 'required' as const } };
    const handler: ToolTaskHandler<typeof config.inputSchema> = {
      createTask: async (_args, extra) => {
        runs++;
        // A copy: the store goes on writing into its own.
        const task = { ...(await extra.taskStore.createTask({ ttl: 60_000 })) };
        await extra.taskStore.updateTaskStatus(task.taskId, 'working', `looking up ${SSN}`);
        const result = { content: [{ type: 'text' as const, text: `found ${SSN}` }] };
        await extra.taskStore.storeTaskResult(task.taskId, 'completed', result);
        return { task };
      },
      getTask: async (_args, { taskId, taskStore: store }) => store.getTask(taskId),
      getTaskResult: async (_args, { taskId, taskStore: store }) =>
        (await store.getTaskResult(taskId)) as { content: [] },
    };
    server.experimental.tasks.registerToolTask('slow', tagConfig(config), handler);
    const client = await connectSdk1(server);
    open.push(async () => {
      taskStore.cleanup();
      await client.close();
    });
    const begin = async (): Promise<string> => {
      const { result } = await client.raw('tools/call', { name: 'slow', arguments: {}, task: { ttl: 60_000 } });
      return ((result as JsonObject)['task'] as { taskId: string } | undefined)?.taskId ?? '';
    };
    const fetched = (taskId: string) => client.client.experimental.tasks.getTaskResult(taskId, CallToolResultSchema);
    return { ...client, sink, begin, fetched, runs: () => runs };
  }

  it('have one audit event for the call, and their result is redacted when it is fetched', async () => {
    const { begin, fetched, sink } = await setUp({});
    const taskId = await begin();
    expect(taskId).not.toBe('');
    expect(textOf(await fetched(taskId))).toBe('found ##SSN##');
    expect(sink.events).toMatchObject([{ tool: 'slow', resultStatus: 'success' }]);
  });

  it('are judged by the settings of their tool', async () => {
    const off = await setUp({ toolConfigs: { slow: { piiScan: 'off' } } });
    expect(textOf(await off.fetched(await off.begin()))).toBe(`found ${SSN}`);
    const block = await setUp({ toolConfigs: { slow: { piiActions: { ssn: 'block' } } } });
    const result = await block.fetched(await block.begin());
    expect(result.isError).toBe(true);
    expect(JSON.stringify(result)).not.toContain(SSN);
  });

  it('leave nothing in their status, in lists of tasks, and in what is sent about them', async () => {
    const { begin, raw, notifications } = await setUp({});
    const taskId = await begin();
    const told = [
      await raw('tasks/get', { taskId }),
      await raw('tasks/list', {}),
      await raw('tasks/cancel', { taskId }),
      notifications,
    ];
    expect(JSON.stringify(told)).not.toContain(SSN);
    expect(told[1]).toHaveProperty('result.tasks');
  });

  it('never begin where the call is blocked, by the operator or by a tag on their config', async () => {
    for (const setup of [
      await setUp({ toolConfigs: { slow: { policyAction: 'block' } } }),
      await setUp({}, (config) => governance({ policyAction: 'block' })(config)),
    ]) {
      expect(await setup.begin()).toBe('');
      expect(setup.runs()).toBe(0);
    }
  });

  it('of another server, or that never were, are not found, in the words of the SDK', async () => {
    const { fetched } = await setUp({});
    await expect(fetched('no-such-task')).rejects.toThrow(/not found/i);
  });
});
