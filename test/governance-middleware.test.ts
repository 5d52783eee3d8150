import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { GovernanceOptions } from '../src/config/options.js';
import { REFUSAL_META } from '../src/enforcement/refusal-result.js';
import { type Code, ERROR_CODES } from '../src/errors/codes.js';
import * as entry from '../src/index.js';
import { fakeCall, type FakeCall, FakeDecisionPoint, MemorySink } from '../src/testing/index.js';
import { governed } from './enforcement/support.js';

let log: string[] = [];
beforeEach(() => {
  process.env['MCP_GOVERNANCE_LOG_LEVEL'] = 'warn';
  log = [];
  jest.spyOn(process.stderr, 'write').mockImplementation((text) => {
    log.push(String(text));
    return true;
  });
});
afterEach(() => {
  jest.restoreAllMocks();
});

interface Refused {
  readonly options: GovernanceOptions;
  readonly args?: Record<string, unknown>;
  readonly tool?: () => unknown;
  readonly over?: FakeCall;
  /** How often the tool ran. Default never. */
  readonly ran?: number;
  /** Milliseconds that pass while the call waits. */
  readonly wait?: number;
  /** What the tool says of itself when it is listed before the call. */
  readonly descriptions?: readonly string[];
}

const review: GovernanceOptions = { toolConfigs: { search: { approvalRequired: true } } };
const email = { note: 'kim@example.com' };

/** Keeps events, and no record of what is to come. */
const fullSink = Object.assign(new MemorySink(), { required: true, intend: () => Promise.reject(new Error('full')) });

/** One way to meet each code there is; a code without one does not compile. `invalid_request` is the hosts' to meet. */
const WAYS: Record<Exclude<Code, 'invalid_config' | 'invalid_request'>, Refused> = {
  policy_blocked: { options: { toolConfigs: { 's*': { policyAction: 'block' } } } },
  unknown_action: { options: { policy: new FakeDecisionPoint({ action: 'deny' as 'block' }) } },
  approval_unavailable: { options: review },
  approval_denied: { options: { ...review, onPolicyBlock: () => ({ approved: false }) } },
  approval_timeout: { options: { ...review, onPolicyBlock: () => new Promise<never>(() => undefined) }, wait: 300_000 },
  approval_void: {
    options: { ...review, onPolicyBlock: () => ({ approved: true }) },
    over: { host: { fingerprint: () => Promise.resolve(String(Math.random())) } },
  },
  rate_limited: { options: { policyConfig: { defaultRateLimit: { maxPerMinute: 1 } } } },
  invalid_tool_name: { options: {}, over: { tool: 'n'.repeat(257) } },
  audit_unavailable: { options: { audit: fullSink } },
  arguments_too_large: { options: { policyConfig: { maxArgumentBytes: 10 } }, args: email },
  result_too_large: { options: { policyConfig: { maxResultBytes: 3 } }, ran: 1 },
  pii_input: { options: { policyConfig: { defaultPiiScan: 'strict' } }, args: email },
  pii_output: { options: { piiActions: { email: 'block' } }, tool: () => email, ran: 1 },
  hostile_definition: { options: { piiActions: { bidi_override: 'block' } }, descriptions: ['kim@\u202e'] },
  definition_changed: { options: { pins: {} }, descriptions: ['Reads.', 'Reads, and sends.'] },
  // There is something, and it is no file of pins.
  pins_unavailable: { options: { pins: { file: '/dev/null' } } },
  cancelled: { options: {}, over: { request: { signal: AbortSignal.abort() } } },
  governance_failure: {
    options: {
      policy: new FakeDecisionPoint(() => Promise.reject(new Error('down'))),
      policyConfig: { failOpen: false },
    },
  },
};

describe.each(Object.entries(WAYS))('%s', (code, refusedBy) => {
  const { options, args, tool, over, ran: expected = 0, wait, descriptions = [] } = refusedBy;
  async function refused(blockMode: 'raise' | 'error_result') {
    const { middleware, call, sink, ran, clock } = governed({ ...options, blockMode });
    for (const description of descriptions) {
      const listing = { ...fakeCall('search'), definitionOf: () => undefined };
      await middleware.onListTools(listing, async () => [{ name: 'search', description }]);
    }
    if (code === 'rate_limited') {
      await call(args, tool);
      ran.length = 0;
    }
    const calling = call(args, tool, over).catch((error: unknown) => ({ thrown: error }));
    if (wait !== undefined) {
      await clock.untilPending();
      await clock.advance(wait);
    }
    return { answer: await calling, event: sink.events.at(-1) ?? fullSink.events.at(-1), ran };
  }

  test('is an error result with its code, and the tool ran no more often than it should', async () => {
    const { answer, ran } = await refused('error_result');
    expect(ran).toHaveLength(expected);
    expect(answer).toMatchObject({
      content: [{ type: 'text', text: expect.stringMatching(/^Tool call blocked by policy: /) }],
      isError: true,
      _meta: { [REFUSAL_META]: { code } },
    });
    expect(JSON.stringify(answer)).not.toContain('kim@');
  });

  test('is an exception of its class where errors are raised, and one audit event with its code', async () => {
    const { answer, event, ran } = await refused('raise');
    const { thrown } = answer as { thrown: Error };
    expect(thrown).toBeInstanceOf(
      (entry as unknown as Record<string, new () => Error>)[ERROR_CODES[code as Code].class],
    );
    expect(thrown).toMatchObject({ code, name: ERROR_CODES[code as Code].class });
    expect(ran).toHaveLength(expected);
    expect(event?.errorCode).toBe(code);
    expect(JSON.stringify(event)).not.toContain('kim@');
  });
});

test('invalid_config is met when a middleware is made, never at a call', () => {
  expect(() => governed({ toolConfig: {} } as never)).toThrow(
    expect.objectContaining({ code: 'invalid_config', name: ERROR_CODES.invalid_config.class }),
  );
});

describe('a call that is allowed', () => {
  test("gives back the very result, and passes on the host's own context but for the arguments", async () => {
    const { middleware } = governed();
    const context = fakeCall('search', { query: 'cats' }, { definition: {} });
    const result = { content: [] };
    const given: unknown[] = [];
    expect(
      await middleware.onCallTool(context, async (each) => {
        given.push(each);
        return result;
      }),
    ).toBe(result);
    expect(given).toMatchObject([context]);
  });

  test('throws what the tool throws', async () => {
    const error = new TypeError('tool');
    const { call } = governed({ blockMode: 'error_result' });
    await expect(call({}, () => Promise.reject(error))).rejects.toBe(error);
    await expect(call({}, () => Promise.reject('text'))).rejects.toBe('text');
  });

  test('succeeds whatever becomes of its record', async () => {
    const failing = { write: () => Promise.reject(new Error('disk')) };
    const last = new MemorySink();
    const { call } = governed({ audit: [failing, last] });
    expect(await call()).toBe('result');
    expect(last.events).toHaveLength(1);
    expect(log.join()).toContain('an audit sink did not take an event: Error');
  });
});

describe('a tool that is not governed', () => {
  const options: GovernanceOptions = { toolConfigs: { search: { enabled: false, policyAction: 'block' } } };

  test("runs without a look, on the host's own context, and leaves no event", async () => {
    const { middleware, sink } = governed(options);
    const context = fakeCall('search', email);
    expect(await middleware.onCallTool(context, async (each) => each)).toBe(context);
    expect(sink.events).toEqual([]);
  });

  test('is said so once, at the start', () => {
    governed(options);
    expect(log).toEqual(['mcp-governance warn: search is not governed (toolConfigs: enabled is false)\n']);
  });
});

describe('who calls', () => {
  test('is whoever identify says', async () => {
    const { call, sink } = governed({ identify: ({ sessionId }) => ({ user: sessionId }) as never });
    await call({}, undefined, { request: { sessionId: 'kim' } });
    expect(sink.events[0]).toMatchObject({ agent: '', user: 'kim' });
  });

  test.each<[string, () => never]>([
    [
      'throws',
      () => {
        throw new Error('no');
      },
    ],
    ['gives back nothing', () => undefined as never],
    ['gives back a promise', () => Promise.resolve({ user: 'kim' }) as never],
  ])('is unknown where identify %s, and then the call is refused, also where failOpen is on', async (_, identify) => {
    const { call, sink, ran } = governed({ identify, blockMode: 'raise' });
    await expect(call()).rejects.toMatchObject({ code: 'governance_failure', part: 'identify' });
    expect([ran.length, sink.events.length, sink.events[0]?.user]).toEqual([0, 1, '']);
  });
});

describe('tools/list', () => {
  const tools = [{ name: 'search' }, { name: 'delete' }];
  const list = (options: GovernanceOptions) =>
    governed({ toolConfigs: { delete: { policyAction: 'block' } }, ...options }).middleware.onListTools(
      { ...fakeCall('any'), definitionOf: () => undefined },
      async () => tools,
    );

  test('is what the host says, unless blocked tools are hidden', async () => {
    expect(await list({})).toBe(tools);
    expect(await list({ policyConfig: { hideBlockedTools: true } })).toEqual([{ name: 'search' }]);
    const approvable: GovernanceOptions = { onPolicyBlock: () => ({ approved: true }) };
    expect(await list({ policyConfig: { hideBlockedTools: true }, ...approvable })).toEqual(tools);
  });
});

test('flush and close reach the sinks', async () => {
  const done: string[] = [];
  const audit = {
    write: () => undefined,
    flush: async () => void done.push('flush'),
    close: async () => void done.push('close'),
  };
  const { middleware } = governed({ audit });
  await middleware.flush();
  await middleware.close();
  expect(done).toEqual(['flush', 'close']);
});
