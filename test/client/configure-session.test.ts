import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js';
import { describe, expect, it } from '@jest/globals';
import { MemorySink } from '../../src/audit/memory-sink.js';
import { configureSession } from '../../src/client/index.js';
import { ConfigError } from '../../src/errors/config-error.js';
import { PolicyViolationError } from '../../src/errors/policy-violation-error.js';
import { Policy } from '../../src/policy/policy.js';
import { ManualClock } from '../../src/testing/index.js';
import { until } from '../contract/faults.js';
import { echo, LINES, refusalOf } from './support.js';

const NONE = { env: {} };

describe.each(LINES)('configureSession on $title', ({ connect, idle }) => {
  it('returns the same client, which goes on working', async () => {
    const { client, caller, reached } = await connect([echo()]);
    expect(configureSession(client, { governanceConfig: {} }, NONE)).toBe(client);
    expect(await caller.callTool({ name: 'echo', arguments: { a: 1 } })).toEqual({
      content: [{ type: 'text', text: '{"a":1}' }],
    });
    expect(reached).toEqual([{ name: 'echo', arguments: { a: 1 } }]);
  });

  it('raises a PolicyViolationError by default, and the tool does not run', async () => {
    const { client, caller, reached } = await connect([echo()]);
    configureSession(client, { governanceConfig: { toolConfigs: { echo: { policyAction: 'block' } } } }, NONE);
    const error = await refusalOf(caller.callTool({ name: 'echo' }));
    expect(error).toBeInstanceOf(PolicyViolationError);
    expect(error).toMatchObject({ policyResult: { action: 'block', policyId: 'mcp::echo' } });
    expect(reached).toEqual([]);
  });

  it('gives back an error result where it is told to', async () => {
    const { client, caller, reached } = await connect([echo()]);
    const governanceConfig = {
      blockMode: 'error_result',
      policy: Policy.from({ version: 1, defaults: { action: 'block' } }),
    } as const;
    configureSession(client, { governanceConfig }, NONE);
    const result = await caller.callTool({ name: 'echo' });
    expect(result['isError']).toBe(true);
    expect(result['content']).toEqual([
      { type: 'text', text: expect.stringMatching(/^Tool call blocked by policy: /) },
    ]);
    expect(reached).toEqual([]);
  });

  it('runs what a handler approves', async () => {
    const { client, caller, reached } = await connect([echo()]);
    const sink = new MemorySink();
    const onPolicyBlock = () => ({ approved: true, approver: 'ann' });
    configureSession(
      client,
      { onPolicyBlock, governanceConfig: { audit: sink, toolConfigs: { echo: { policyAction: 'block' } } } },
      NONE,
    );
    await caller.callTool({ name: 'echo' });
    expect(reached).toHaveLength(1);
    expect(sink.events).toEqual([
      expect.objectContaining({ policyDecision: 'approved_by_user', approver: 'ann', door: 'client' }),
    ]);
  });

  it.each<[string, () => unknown]>([
    [
      'throws',
      () => {
        throw new Error('no');
      },
    ],
    ['answers true', () => true],
    ['answers nothing', () => undefined],
    ['answers a text', () => 'approved'],
    ['answers without approved', () => ({ approver: 'ann' })],
    ['never answers', () => new Promise(() => undefined)],
  ])('denies by its deadline where a handler %s, under failOpen, and the tool does not run', async (how, handler) => {
    const { client, caller, reached } = await connect([echo()]);
    const clock = new ManualClock();
    const governanceConfig = { failOpen: true, toolConfigs: { echo: { policyAction: 'block' as const } } };
    let asked = false;
    const onPolicyBlock = (() => ((asked = true), handler())) as never;
    configureSession(client, { onPolicyBlock, governanceConfig }, { ...NONE, clock });
    const refused = refusalOf(caller.callTool({ name: 'echo' }));
    if (how === 'never answers') {
      await until(() => asked);
      await clock.advance(300_000);
    }
    expect((await refused).code).toMatch(/^approval_(denied|timeout)$/);
    expect(reached).toEqual([]);
  });

  it('refuses a client that is not connected, one that was configured before, and what is no client', async () => {
    expect(() => configureSession(idle(), { governanceConfig: {} }, NONE)).toThrow(/the session has not begun/);
    const connecting = idle() as { connect(transport: unknown): Promise<void>; close(): Promise<void> };
    const [near] = InMemoryTransport.createLinkedPair();
    const connected = refusalOf(connecting.connect(near));
    expect(() => configureSession(connecting, { governanceConfig: {} }, NONE)).toThrow(/the session has not begun/);
    await connecting.close();
    await connected;
    const { client } = await connect([]);
    configureSession(client, {}, NONE);
    expect(() => configureSession(client, {}, NONE)).toThrow(ConfigError);
    expect(() => configureSession({}, {}, NONE)).toThrow(/takes a Client/);
  });

  it('governs nothing where an option is wrong, and can be called again with the right ones', async () => {
    const { client, caller, reached } = await connect([echo()]);
    const wrong = { governanceConfig: { agent_name: 'bot' } } as object;
    expect(() => configureSession(client, wrong, NONE)).toThrow(
      /unknown option 'agent_name'. Did you mean 'agentName'/,
    );
    await caller.callTool({ name: 'echo' });
    configureSession(client, { governanceConfig: { policyConfig: { defaultPolicyAction: 'block' } } }, NONE);
    await refusalOf(caller.callTool({ name: 'echo' }));
    expect(reached).toHaveLength(1);
  });
});
