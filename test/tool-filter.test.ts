import { describe, expect, test } from '@jest/globals';
import type { GovernanceOptions } from '../src/config/options.js';
import { ConfigError } from '../src/errors/config-error.js';
import { Policy } from '../src/policy/policy.js';
import { FakeDecisionPoint, ManualClock, MemorySink } from '../src/testing/index.js';
import { type FilterCall, ToolFilter } from '../src/tool-filter.js';

process.env['MCP_GOVERNANCE_LOG_LEVEL'] = 'silent';

function filtered(options: GovernanceOptions = {}) {
  const sink = new MemorySink();
  const clock = new ManualClock();
  const filter = new ToolFilter({ audit: sink, ...options }, { env: {}, clock });
  return { filter, sink, clock };
}

const call: FilterCall = { server: 'files', tool: 'read', arguments: { path: '/a' } };
const email = { ...call, arguments: { note: 'kim@example.com' } };
const answering = (action: string) => new FakeDecisionPoint({ action: action as 'block', ruleName: 'r' });

describe('check', () => {
  test.each([
    ['allow', true, 'success'],
    ['warn', true, 'success'],
    ['throttle', true, 'success'],
    ['review', false, 'review'],
    ['block', false, 'blocked'],
    ['deny', false, 'blocked'],
  ])('%s: ok is %s, the status %s', async (action, ok, status) => {
    for (const onPolicyBlock of [undefined, () => ({ approved: true })]) {
      const { filter } = filtered({ policy: answering(action), ...(onPolicyBlock && { onPolicyBlock }) });
      const checked = await filter.check(call);
      expect(checked).toMatchObject({ ok, status });
      expect(checked.error === undefined).toBe(ok);
      if (action !== 'deny') expect(checked.decision).toMatchObject({ action, ruleName: 'r' });
    }
  });

  test('says no to what is too large and to what arguments may not hold', async () => {
    const small = filtered({ policyConfig: { maxArgumentBytes: 5 } });
    expect(await small.filter.check(call)).toMatchObject({ ok: false, error: { code: 'arguments_too_large' } });
    const strict = filtered({ policyConfig: { defaultPiiScan: 'strict' } });
    const said = { ok: false, status: 'blocked', decision: undefined, error: { code: 'pii_input' } };
    expect(await strict.filter.check(email)).toMatchObject(said);
  });

  test('takes nothing from rate limits, asks nobody and waits for nothing', async () => {
    let asked = 0;
    const onPolicyBlock = () => ({ approved: ++asked > 0 });
    const policyConfig = { defaultRateLimit: { maxPerMinute: 1, maxConcurrent: 1 } };
    const { filter, clock } = filtered({ policy: answering('review'), onPolicyBlock, policyConfig });
    for (let round = 0; round < 3; round++) await filter.check(call);
    expect([asked, clock.pending]).toEqual([0, 0]);
    expect(await filter.call(call, () => 'ran')).toBe('ran');
    await expect(filter.call(call, () => 'ran')).rejects.toMatchObject({ code: 'rate_limited' });
  });

  test('leaves one event that says it was a check', async () => {
    const { filter, sink } = filtered({ policy: answering('review') });
    await filter.check({ ...call, sessionId: 's', principal: { user: 'kim' } });
    expect(sink.events).toHaveLength(1);
    expect(sink.events[0]).toMatchObject({
      ...{ door: 'filter', method: 'check: read', server: 'files', policyId: 'mcp:files:read', user: 'kim' },
      ...{ action: 'review', matchedRule: 'r', resultStatus: 'blocked', sessionId: 's', params: { path: '/a' } },
    });
  });

  test('of a tool that is not governed says yes and leaves no event', async () => {
    const { filter, sink } = filtered({ toolConfigs: { read: { enabled: false, policyAction: 'block' } } });
    expect(await filter.check(call)).toMatchObject({ ok: true, status: 'success' });
    expect(sink.events).toEqual([]);
  });

  test('is closed where identify or a decision point fails and failOpen is off', async () => {
    const policy = new FakeDecisionPoint(() => Promise.reject(new Error('down')));
    const { filter } = filtered({ policy, policyConfig: { failOpen: false } });
    expect(await filter.check(call)).toMatchObject({ ok: false, error: { code: 'governance_failure' } });
    const told = await filtered().filter.check({ ...call, principal: 5 as never });
    expect(told).toMatchObject({ ok: false, error: { code: 'governance_failure' } });
  });
});

describe('call', () => {
  test('runs what was judged, and gives back the redacted result', async () => {
    const { filter, sink } = filtered({ piiActions: { email: 'redact' } });
    const given: unknown[] = [];
    const result = await filter.call(email, (args) => (given.push(args), { text: 'ann@example.com' }));
    expect([given, result]).toEqual([[{ note: '##EMAIL##' }], { text: '##EMAIL##' }]);
    expect(sink.events).toMatchObject([{ door: 'filter', method: 'tools/call: read', resultStatus: 'success' }]);
  });

  test('throws a refusal and never runs; with error_result gives it back', async () => {
    const policy = answering('block');
    let runs = 0;
    await expect(filtered({ policy }).filter.call(call, () => runs++)).rejects.toMatchObject({
      code: 'policy_blocked',
    });
    const { filter } = filtered({ policy, blockMode: 'error_result' });
    expect(await filter.call(call, () => runs++ as unknown)).toMatchObject({ isError: true });
    expect(runs).toBe(0);
  });

  test('throws on what invoke throws, and can be cancelled', async () => {
    const { filter } = filtered();
    const fault = new TypeError('tool');
    await expect(filter.call(call, () => Promise.reject(fault))).rejects.toBe(fault);
    const signal = AbortSignal.abort();
    await expect(filter.call({ ...call, signal }, () => 1)).rejects.toMatchObject({ code: 'cancelled' });
  });

  test('is decided by the server that the call names, else by the filter', async () => {
    const policy = Policy.from({
      defaults: { action: 'block' },
      rules: [{ match: { server: 'files' }, action: 'allow' }],
    });
    const { filter, sink } = filtered({ policy, serverName: 'files' });
    const oks = [call, { tool: 'read' }, { ...call, server: 'other' }].map(async (each) => filter.check(each));
    expect((await Promise.all(oks)).map(({ ok }) => ok)).toEqual([true, true, false]);
    const ids = sink.events.map((event) => event.policyId);
    expect(ids).toEqual(['mcp:files:read', 'mcp:files:read', 'mcp:other:read']);
  });

  test('follows updatePolicy', async () => {
    const { filter } = filtered();
    expect(await filter.check(call)).toMatchObject({ ok: true });
    filter.updatePolicy(answering('block'));
    expect(await filter.check(call)).toMatchObject({ ok: false });
  });
});

test.each([
  [{ ...call, args: {} }, "A call has no member 'args'. Did you mean 'arguments'?"],
  [{ server: 'a' }, 'A call must name its tool, as a text.'],
  [{ tool: 'a', server: 5 }, 'The server of a call must be a text.'],
  [{ tool: 'a', arguments: [] }, 'The arguments of a call must be an object.'],
  [null, 'A call must be an object: { server, tool, arguments, principal }.'],
])('%j is no call', async (wrong, text) => {
  const { filter } = filtered();
  await expect(filter.check(wrong as never)).rejects.toThrow(new ConfigError(text));
  await expect(filter.call(wrong as never, () => 1)).rejects.toThrow(new ConfigError(text));
});

test('invoke must be a function, and options must be right', async () => {
  await expect(filtered().filter.call(call, undefined as never)).rejects.toThrow(ConfigError);
  expect(() => new ToolFilter({ polic: 1 } as never)).toThrow("Did you mean 'policy'?");
  expect(() => new ToolFilter(5 as never)).toThrow(ConfigError);
});

test('flush and close reach the sinks', async () => {
  const done: string[] = [];
  const { filter } = filtered({
    audit: { write: () => {}, flush: async () => void done.push('flush'), close: async () => void done.push('close') },
  });
  await filter.flush();
  await filter.close();
  expect(done).toEqual(['flush', 'close']);
});
