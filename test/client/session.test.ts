import type { ToolTaskHandler } from '@modelcontextprotocol/sdk/experimental/tasks/interfaces.js';
import { InMemoryTaskStore } from '@modelcontextprotocol/sdk/experimental/tasks/stores/in-memory.js';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { CallToolResultSchema } from '@modelcontextprotocol/sdk/types.js';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { SpanKind } from '@opentelemetry/api';
import { z } from 'zod';
import { MemorySink } from '../../src/audit/memory-sink.js';
import type { JsonObject } from '../../src/call/json.js';
import { configureSession, type SessionOptions } from '../../src/client/index.js';
import { until } from '../contract/faults.js';
import { Policy } from '../../src/policy/policy.js';
import { registerTelemetry } from '../contract/telemetry.js';
import { echo, LINES, refusalOf, said } from './support.js';

const SSN = '536-90-4399';
const NONE = { env: {} };
const telemetry = registerTelemetry();
const ASKING: SessionOptions['governanceConfig'] = { toolConfigs: { echo: { approvalRequired: true } } };

describe.each(LINES)('a governed session on $title', ({ connect }) => {
  it('keeps progress, redacts it, and hands it on before the result', async () => {
    const order: string[] = [];
    const { client, caller } = await connect([
      {
        name: 'work',
        run: async (_args, { params, notify }) => {
          const { progressToken } = params['_meta'] as JsonObject;
          for (const message of ['half', `SSN ${SSN}`]) {
            await notify('notifications/progress', { progressToken, progress: 1, total: 2, message });
          }
          return said('done');
        },
      },
    ]);
    // An asynchronous scanner, so that judging the messages takes longer than answering.
    const governanceConfig = { piiScanner: slowScanner() };
    configureSession(client, { governanceConfig }, NONE);
    await caller.callTool({ name: 'work' }, { onprogress: ({ message }) => order.push(String(message)) });
    order.push('result');
    expect(order).toEqual(['half', 'SSN ##SSN##', 'result']);
  });

  it('scans log lines: under the call under way, else by the defaults', async () => {
    const sink = new MemorySink();
    const { client, caller, notified } = await connect([
      {
        name: 'work',
        run: async (_args, { notify }) => {
          await notify('notifications/message', { level: 'info', data: `SSN ${SSN}` });
          return said('done');
        },
      },
    ]);
    configureSession(client, { governanceConfig: { audit: sink } }, NONE);
    await caller.callTool({ name: 'work' });
    expect(JSON.stringify(notified)).toContain('##SSN##');
    expect(JSON.stringify(notified)).not.toContain(SSN);
    expect(sink.events[0]?.findings).toEqual([expect.objectContaining({ type: 'ssn' })]);
  });

  it('judges what comes meanwhile by every call that runs: a server cannot name the one it likes best', async () => {
    let go = (): void => undefined;
    const { client, caller } = await connect([
      { name: 'strict', run: async () => (await new Promise<void>((resolve) => (go = resolve)), said('done')) },
      {
        name: 'lax',
        run: async (_args, { params, notify }) => {
          const { progressToken } = params['_meta'] as JsonObject;
          await notify('notifications/progress', { progressToken, progress: 1, total: 2, message: `SSN ${SSN}` });
          return said('done');
        },
      },
    ]);
    configureSession(client, { governanceConfig: { toolConfigs: { lax: { piiScan: 'off' } } } }, NONE);
    const order: string[] = [];
    const onprogress = ({ message }: { readonly message?: string }) => order.push(String(message));
    await caller.callTool({ name: 'lax' }, { onprogress });
    const strict = caller.callTool({ name: 'strict' });
    await caller.callTool({ name: 'lax' }, { onprogress });
    go();
    await strict;
    expect(order).toEqual([`SSN ${SSN}`, 'SSN ##SSN##']);
  });

  it('ends the wait for a person when the caller cancels; the server hears of nothing', async () => {
    const sink = new MemorySink();
    let over: AbortSignal | undefined;
    const { client, caller, reached } = await connect([echo()]);
    const onPolicyBlock: NonNullable<SessionOptions['onPolicyBlock']> = (_error, { signal }) => {
      over = signal;
      return new Promise(() => undefined);
    };
    configureSession(client, { onPolicyBlock, governanceConfig: { ...ASKING, audit: sink } }, NONE);
    const cancel = new AbortController();
    const called = refusalOf(caller.callTool({ name: 'echo' }, { signal: cancel.signal }));
    await until(() => over !== undefined);
    cancel.abort(new Error('enough'));
    expect((await called).message).toMatch(/enough/);
    await until(() => sink.events.length === 1);
    expect(over?.aborted).toBe(true);
    expect(sink.events[0]?.resultStatus).toBe('cancelled');
    expect(reached).toEqual([]);
  });

  it('ends the wait for a person by a timeout of the caller', async () => {
    const sink = new MemorySink();
    const { client, caller, reached } = await connect([echo()]);
    const onPolicyBlock = (): Promise<never> => new Promise(() => undefined);
    configureSession(client, { onPolicyBlock, governanceConfig: { ...ASKING, audit: sink } }, NONE);
    expect((await refusalOf(caller.callTool({ name: 'echo' }, { timeout: 5 }))).message).toMatch(/timed out/i);
    await until(() => sink.events.length === 1);
    expect(sink.events[0]?.resultStatus).toBe('cancelled');
    expect(reached).toEqual([]);
  });

  it('tells a running tool that the caller cancelled', async () => {
    let running: AbortSignal | undefined;
    const { client, caller } = await connect([
      { name: 'slow', run: (_args, { signal }) => ((running = signal), new Promise(() => undefined)) },
    ]);
    configureSession(client, { governanceConfig: {} }, NONE);
    const cancel = new AbortController();
    const called = refusalOf(caller.callTool({ name: 'slow' }, { signal: cancel.signal }));
    await until(() => running !== undefined);
    cancel.abort(new Error('enough'));
    await called;
    await until(() => running?.aborted === true);
  });

  it('ends a call whose connection closes, with one event', async () => {
    const sink = new MemorySink();
    const { client, caller, reached } = await connect([{ name: 'slow', run: () => new Promise(() => undefined) }]);
    configureSession(client, { governanceConfig: { audit: sink } }, NONE);
    const called = refusalOf(caller.callTool({ name: 'slow' }));
    await until(() => reached.length === 1);
    await caller.close();
    expect((await called).message).toMatch(/closed/i);
    await until(() => sink.events.length === 1);
    expect(sink.events[0]?.resultStatus).toBe('tool_error');
  });

  it('validates structured output as the tool gave it, and gives back what was redacted', async () => {
    const outputSchema = {
      type: 'object',
      properties: { mail: { type: 'string', pattern: '^[^#]+@[^#]+$' } },
      required: ['mail'],
    };
    const structuredContent = { mail: 'ann@example.com' };
    let content: JsonObject = structuredContent;
    const { client, caller } = await connect([
      { name: 'customer', outputSchema, run: () => ({ content: [], structuredContent: content }) },
    ]);
    configureSession(client, { governanceConfig: { piiActions: { email: 'redact' } } }, NONE);
    await caller.listTools();
    const result = await caller.callTool({ name: 'customer' });
    expect(result['structuredContent']).toEqual({ mail: '##EMAIL##' });
    // What the tool itself got wrong is still wrong.
    content = { mail: 'nobody', other: 'ann@example.com' };
    expect((await refusalOf(caller.callTool({ name: 'customer' }))).message).toMatch(/does not match/);
  });

  it('hands the annotations of the last list to the policy', async () => {
    const asked: unknown[] = [];
    const { client, caller } = await connect([{ ...echo(), annotations: { readOnlyHint: true } }]);
    const policy = {
      decide: ({ definition }: { definition?: unknown }) => (asked.push(definition), { action: 'allow' as const }),
    };
    configureSession(client, { governanceConfig: { policy } }, NONE);
    const before = await caller.callTool({ name: 'echo' });
    await caller.listTools();
    await caller.callTool({ name: 'echo' });
    expect(before['isError']).toBeUndefined();
    expect(asked).toEqual([undefined, { annotations: { readOnlyHint: true } }]);
  });

  it('voids an approval of a tool that the server lists as another one meanwhile', async () => {
    const tool = { ...echo(), description: 'Reads a file.' };
    const { client, caller, reached } = await connect([tool]);
    const onPolicyBlock = async () => {
      tool.description = 'Deletes all files.';
      await caller.listTools();
      return { approved: true };
    };
    configureSession(client, { onPolicyBlock, governanceConfig: ASKING }, NONE);
    await caller.listTools();
    expect(await refusalOf(caller.callTool({ name: 'echo' }))).toMatchObject({ code: 'approval_void' });
    expect(reached).toEqual([]);
    // As it is now, it may be approved.
    await caller.callTool({ name: 'echo' });
    expect(reached).toHaveLength(1);
  });

  it('tells a policy and the record who calls', async () => {
    const sink = new MemorySink();
    const policy = Policy.from({
      version: 1,
      defaults: { action: 'allow' },
      rules: [{ name: 'no-bots', match: { agent: 'bot' }, action: 'block' }],
    });
    for (const agentName of ['bot', 'clerk']) {
      const { client, caller } = await connect([echo()]);
      configureSession(client, { governanceConfig: { agentName, userId: 'ann', policy, audit: sink } }, NONE);
      await caller.callTool({ name: 'echo' }).catch(() => undefined);
    }
    expect(sink.events.map(({ agent, user, action }) => [agent, user, action])).toEqual([
      ['bot', 'ann', 'block'],
      ['clerk', 'ann', 'allow'],
    ]);
  });

  it('scans by a scanner of the user’s own, and does with each type what is said of it', async () => {
    const sink = new MemorySink();
    const { client, caller, reached } = await connect([echo()]);
    const piiScanner = {
      scan: (text: string) =>
        ['apple', 'pear'].flatMap((type) => {
          const start = text.indexOf(type);
          return start < 0 ? [] : [{ type, category: 'pii' as const, start, end: start + type.length, confidence: 1 }];
        }),
    };
    const piiActions = { apple: 'block', pear: 'warn' } as const;
    configureSession(client, { governanceConfig: { piiScanner, piiActions, audit: sink } }, NONE);
    const refused = await refusalOf(caller.callTool({ name: 'echo', arguments: { q: 'an apple' } }));
    expect(refused).toMatchObject({ code: 'pii_input', policyResult: undefined });
    expect(await caller.callTool({ name: 'echo', arguments: { q: 'a pear' } })).toEqual(said('{"q":"a pear"}'));
    expect(reached).toHaveLength(1);
    expect(sink.events[1]?.findings).toEqual([
      expect.objectContaining({ type: 'pear' }),
      expect.objectContaining({ type: 'pear' }),
    ]);
  });

  it('puts another policy in force', async () => {
    const { client, caller } = await connect([echo()]);
    configureSession(client, { governanceConfig: {} }, NONE).updatePolicy({ decide: () => ({ action: 'block' }) });
    expect(await refusalOf(caller.callTool({ name: 'echo' }))).toMatchObject({ code: 'policy_blocked' });
  });

  it('stands aside where scanning is turned off', async () => {
    const run = () => said(`SSN ${SSN}`);
    const strict = { policyConfig: { defaultPiiScan: 'strict' as const } };
    const outputs = await connect([{ name: 'leak', run }]);
    configureSession(outputs.client, { governanceConfig: { ...strict, scanOutputs: false } }, NONE);
    expect(await outputs.caller.callTool({ name: 'leak' })).toEqual(said(`SSN ${SSN}`));
    expect(await refusalOf(outputs.caller.callTool({ name: 'leak', arguments: { SSN } }))).toMatchObject({
      code: 'pii_input',
    });
    const inputs = await connect([{ name: 'leak', run }]);
    configureSession(inputs.client, { governanceConfig: { ...strict, scanInputs: false } }, NONE);
    expect(await inputs.caller.callTool({ name: 'leak', arguments: { SSN } })).toEqual(said('SSN ##SSN##'));
  });
});

describe.each(LINES)('spans of a session on $title', ({ connect }) => {
  beforeEach(() => {
    telemetry.reset();
  });

  it.each([
    ['mcp:files:echo', 'tools/call files:echo', { serverName: 'files' }],
    ['mcp::echo', 'tools/call plain:echo', {}],
  ])('%s', async (policyId, name, named) => {
    const { client, caller, reached } = await connect([echo()]);
    configureSession(client, { ...named, governanceConfig: { agentName: 'bot', userId: 'ann' } }, NONE);
    await caller.callTool({ name: 'echo', arguments: {} });
    const [span] = telemetry.spans();
    expect(span).toMatchObject({ name, kind: SpanKind.CLIENT });
    expect(span?.attributes).toMatchObject({
      'waxell.mcp.policy_id': policyId,
      'waxell.mcp.governance_checked': true,
      'waxell.mcp.governance_action': 'allow',
      'waxell.mcp.audit_agent': 'bot',
      'waxell.mcp.audit_user': 'ann',
      'waxell.mcp.params_hash': expect.stringMatching(/^[0-9a-f]{16}$/),
      'network.transport': 'pipe',
    });
    const { traceId, spanId } = span!.spanContext();
    expect(reached[0]?.['_meta']).toMatchObject({ traceparent: `00-${traceId}-${spanId}-01` });
  });

  it.each([
    ['not_required', undefined],
    ['approved', { approved: true, approver: 'jane@company.com', elapsedSeconds: 12.3 }],
    ['denied', { approved: false, approver: 'jane@company.com', elapsedSeconds: 12.3 }],
    ['timeout', { approved: false, timedOut: true, approver: 'inbox', elapsedSeconds: 300 }],
  ])('a block that a handler is asked about: %s', async (status, answer) => {
    const { client, caller } = await connect([echo()]);
    const asked = answer === undefined ? {} : { onPolicyBlock: () => answer };
    const governanceConfig = { toolConfigs: { echo: { policyAction: 'block' as const } } };
    configureSession(client, { ...asked, governanceConfig }, NONE);
    await caller.callTool({ name: 'echo' }).catch(() => undefined);
    expect(telemetry.spans()[0]?.attributes).toMatchObject({
      'waxell.mcp.governance_action': 'block',
      'waxell.mcp.approval_status': status,
      ...(answer && {
        'waxell.mcp.approval_approver': answer.approver,
        'waxell.mcp.approval_elapsed_ms': answer.elapsedSeconds * 1000,
      }),
    });
  });

  it('leaves a trace context of the caller as it is, and is its child', async () => {
    const { client, caller, reached } = await connect([echo()]);
    configureSession(client, { governanceConfig: {} }, NONE);
    const traceparent = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;
    await caller.callTool({ name: 'echo', _meta: { traceparent, own: 1 } });
    expect(reached[0]?.['_meta']).toMatchObject({ traceparent, own: 1 });
    expect(telemetry.spans()[0]?.spanContext().traceId).toBe('a'.repeat(32));
  });

  it('without governanceConfig: traced, and nothing is checked', async () => {
    const { client, caller, reached } = await connect([{ name: 'leak', run: () => said(SSN) }]);
    configureSession(client, { serverName: 'files' }, NONE);
    expect(await caller.callTool({ name: 'leak', arguments: { SSN } })).toEqual(said(SSN));
    expect(reached[0]).toMatchObject({ arguments: { SSN }, _meta: { traceparent: expect.any(String) } });
    const [span] = telemetry.spans();
    expect(span).toMatchObject({ name: 'tools/call files:leak', kind: SpanKind.CLIENT });
    expect(span?.attributes).toMatchObject({ 'waxell.mcp.policy_id': 'mcp:files:leak', 'gen_ai.tool.name': 'leak' });
    expect(span?.attributes).not.toHaveProperty('waxell.mcp.governance_checked');
    expect(JSON.stringify(span?.attributes)).not.toContain(SSN);
  });
});

describe('tasks of SDK 1.x behind a governed client', () => {
  async function setUp(options: SessionOptions) {
    const taskStore = new InMemoryTaskStore();
    const capabilities = { tasks: { list: {}, cancel: {}, requests: { tools: { call: {} } } } };
    const server = new McpServer({ name: 'plain', version: '1.0.0' }, { capabilities, taskStore });
    let runs = 0;
    const config = { inputSchema: z.object({}), execution: { taskSupport: 'required' as const } };
    const handler: ToolTaskHandler<typeof config.inputSchema> = {
      createTask: async (_args, extra) => {
        runs++;
        const task = { ...(await extra.taskStore.createTask({ ttl: 60_000, pollInterval: 1 })) };
        await extra.taskStore.storeTaskResult(task.taskId, 'completed', said(`found ${SSN}`));
        return { task };
      },
      getTask: async (_args, { taskId, taskStore: store }) => store.getTask(taskId),
      getTaskResult: async (_args, { taskId, taskStore: store }) =>
        (await store.getTaskResult(taskId)) as { content: [] },
    };
    server.experimental.tasks.registerToolTask('slow', config, handler);
    const [near, far] = InMemoryTransport.createLinkedPair();
    const client = new Client({ name: 'agent', version: '1.0.0' });
    await Promise.all([server.connect(far), client.connect(near)]);
    configureSession(client, options, NONE);
    await client.listTools();
    const messages: JsonObject[] = [];
    for await (const message of client.experimental.tasks.callToolStream({ name: 'slow' }, CallToolResultSchema)) {
      messages.push(message as never);
    }
    taskStore.cleanup();
    await client.close();
    return { messages, runs };
  }

  it('run, and their late results are scanned', async () => {
    const { messages, runs } = await setUp({ governanceConfig: {} });
    expect(runs).toBe(1);
    expect(messages.map(({ type }) => type)).toEqual(['taskCreated', 'taskStatus', 'result']);
    expect(messages.at(-1)).toMatchObject({ result: { content: [{ type: 'text', text: 'found ##SSN##' }] } });
  });

  it.each(['raise', 'error_result'] as const)('end in an error where they are refused (%s)', async (blockMode) => {
    const governanceConfig = { blockMode, toolConfigs: { slow: { policyAction: 'block' as const } } };
    const { messages, runs } = await setUp({ governanceConfig });
    expect(runs).toBe(0);
    expect(messages).toEqual([
      { type: 'error', error: expect.objectContaining({ message: expect.stringContaining('slow') }) },
    ]);
  });
});

/** Finds the SSN, later than any answer takes. */
function slowScanner() {
  return {
    scan: async (text: string) => {
      for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
      const start = text.indexOf(SSN);
      const found = { type: 'ssn', category: 'pii' as const, start, end: start + SSN.length, confidence: 1 };
      return start < 0 ? [] : [found];
    },
  };
}
