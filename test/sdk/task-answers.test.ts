import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { afterEach, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { GovernanceMiddleware, type GovernanceOptions, type Middleware } from '../../src/index.js';
import type { JsonObject } from '../../src/call/json.js';
import type { CallToolContext } from '../../src/call/host-request.js';
import type { HostServer, RequestHandler } from '../../src/sdk/host-server.js';
import { TaskCalls } from '../../src/enforcement/task-calls.js';
import { withMiddleware } from '../../src/sdk/index.js';
import { text } from '../contract/hosts/host.js';
import { connectSdk1 } from '../contract/hosts/sdk1.js';

const SSN = '123-45-6789';
const CAPABILITIES = { capabilities: { tools: {}, tasks: { requests: { tools: { call: {} } } } } };
const governing = (options: GovernanceOptions = {}) => new GovernanceMiddleware(options, { env: {} });

/** Sets a handler as the SDK keeps it, past its schemas. */
function handle(server: object, method: string, handler: RequestHandler): void {
  (server as unknown as HostServer)._requestHandlers.set(method, handler);
}

describe('answers about tasks', () => {
  const open: { close(): Promise<void> }[] = [];
  afterEach(async () => {
    await Promise.all(open.splice(0).map((each) => each.close()));
  });

  let servers = 0;

  /** Servers of one name; each starts the task with the given id and answers with the finding. */
  async function setUp(middleware: Middleware, taskId: string, name = `tasks-${servers++}`) {
    const server = withMiddleware(new Server({ name, version: '1.0.0' }, CAPABILITIES));
    server.addMiddleware(middleware);
    handle(server, 'tools/call', () => ({ task: { taskId } }));
    handle(server, 'tasks/result', () => text(`found ${SSN}`));
    const client = await connectSdk1(server);
    open.push(client);
    const begin = (tool: string) => client.raw('tools/call', { name: tool, arguments: {}, task: {} });
    const result = async (id = taskId) => JSON.stringify(await client.raw('tasks/result', { taskId: id }));
    return { begin, result, raw: client.raw, server, name };
  }

  const failing = (message: string, data?: unknown) => () => {
    throw Object.assign(new Error(message), { code: -32_050, data });
  };

  it.each(['tasks/result', 'tasks/get', 'tasks/list', 'tasks/cancel'])('errors of %s are redacted', async (method) => {
    const { raw, server } = await setUp(governing(), 'id');
    handle(server, method, failing(`failed at ${SSN}`, { at: SSN }));
    const { error } = await raw(method, { taskId: 'id' });
    expect(error).toEqual({ code: -32_050, message: 'failed at ##SSN##', data: { at: '##SSN##' } });
  });

  it.each(['error_result', 'raise'] as const)(
    'errors are withheld where their finding is blocked, with %s',
    async (mode) => {
      const { raw, server } = await setUp(governing({ blockMode: mode, piiActions: { ssn: 'block' } }), 'id');
      handle(server, 'tasks/get', failing(`failed at ${SSN}`));
      const answer = await raw('tasks/get', { taskId: 'id' });
      expect(answer).toMatchObject({ error: { code: mode === 'raise' ? -32_080 : -32_050 } });
      expect(JSON.stringify(answer)).not.toContain(SSN);
    },
  );

  it('errors without findings are left as they are', async () => {
    const { raw, server } = await setUp(governing(), 'id');
    handle(server, 'tasks/get', failing('no such task'));
    expect((await raw('tasks/get', { taskId: 'id' }))['error']).toEqual({ code: -32_050, message: 'no such task' });
  });

  it('are judged by the tool that another server of the same name started the task with', async () => {
    const strict: GovernanceOptions = { toolConfigs: { slow: { piiActions: { ssn: 'block' } } } };
    const first = await setUp(governing(strict), 'shared');
    await first.begin('slow');
    const second = await setUp(governing(strict), 'shared', first.name);
    expect(await second.result()).not.toContain('##SSN##');
    expect(await (await setUp(governing(strict), 'shared')).result()).toContain('##SSN##');
  });

  it('of an id that two tools were given are judged by neither alone', async () => {
    const lax: GovernanceOptions = { toolConfigs: { lax: { piiScan: 'off' } } };
    const { begin, result } = await setUp(governing(lax), 'twice');
    await begin('lax');
    expect(await result()).toContain(SSN);
    await begin('other');
    await begin('lax');
    expect(await result()).toContain('##SSN##');
  });

  it('of a task that nobody knows are judged by the settings of all tools', async () => {
    const inner = new McpServer({ name: `tasks-${servers++}`, version: '1.0.0' }, { capabilities: { tasks: {} } });
    const server = withMiddleware(inner);
    server.addMiddleware(
      governing({ toolConfigs: { lax: { piiScan: 'off' }, strict: { piiActions: { ssn: 'block' } } } }),
    );
    server.registerTool('lax', { inputSchema: z.object({}) }, () => text('done') as { content: [] });
    handle(server.server, 'tasks/result', () => text(`found ${SSN}`));
    const client = await connectSdk1(server);
    open.push(client);
    const lax = await client.raw('tasks/result', { taskId: 'unknown' });
    expect(JSON.stringify(lax)).toContain('##SSN##');
    server.registerTool('strict', { inputSchema: z.object({}) }, () => text('done') as { content: [] });
    const strict = await client.raw('tasks/result', { taskId: 'unknown' });
    expect((strict['result'] as JsonObject)['isError']).toBe(true);
    expect(JSON.stringify(strict)).not.toMatch(/SSN##|6789/);
  });
});

it('keeps of a call that began a task nothing but its tool', () => {
  const tasks = new TaskCalls();
  const context = { server: 's', tool: 't', arguments: { q: 1 }, definition: undefined, request: { meta: { a: 1 } } };
  tasks.remember({ task: { taskId: 'id' } }, context as unknown as CallToolContext);
  expect(tasks.recall('s', 'id')).toEqual({ tool: 't' });
  expect(tasks.recall('other', 'id')).toBeUndefined();
});
