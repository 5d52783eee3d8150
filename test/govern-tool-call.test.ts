import { describe, expect, test } from '@jest/globals';
import { ConfigError } from '../src/errors/config-error.js';
import { governToolCall } from '../src/govern-tool-call.js';
import { Policy } from '../src/policy/policy.js';
import { MemorySink } from '../src/testing/index.js';
import { ToolFilter } from '../src/tool-filter.js';

process.env['MCP_GOVERNANCE_LOG_LEVEL'] = 'silent';

const policy = Policy.from({
  version: '1',
  defaults: { risk_level: 'high', approval: 'approve' },
  rules: [
    { name: 'allow_reads', match: { type: 'read_*' }, risk_level: 'low', approval: 'auto' },
    { name: 'no_deletes', match: { type: 'delete_file', target: 'filesystem' }, approval: 'block' },
  ],
});
const named = { serverName: 'filesystem', arguments: { path: '/data/report.csv' } };

describe('governToolCall', () => {
  test('says whether the call may be forwarded, and with which arguments', async () => {
    const audit = new MemorySink();
    const filter = new ToolFilter({ policy, audit, piiActions: { email: 'redact' } }, { env: {} });
    const allowed = await governToolCall({ filter, toolName: 'read_file', ...named });
    expect(allowed).toEqual({ ok: true, status: 'success', arguments: named.arguments, error: undefined });
    const redacted = await governToolCall({ filter, toolName: 'read_file', arguments: { to: 'kim@example.com' } });
    expect(redacted.arguments).toEqual({ to: '##EMAIL##' });
    const blocked = await governToolCall({ filter, toolName: 'delete_file', ...named });
    expect(blocked).toMatchObject({
      ok: false,
      status: 'blocked',
      arguments: undefined,
      error: { code: 'policy_blocked' },
    });
    expect(audit.events.map((event) => event.matchedRule)).toEqual(['allow_reads', 'allow_reads', 'no_deletes']);
  });

  test('asks where a person has to decide', async () => {
    for (const approved of [true, false]) {
      const filter = new ToolFilter({ policy, onPolicyBlock: () => ({ approved }) }, { env: {} });
      const result = await governToolCall({ filter, toolName: 'write_file', ...named });
      expect(result).toMatchObject({ ok: approved, status: approved ? 'success' : 'denied' });
    }
  });

  test('makes one filter for the same options, so that limits hold', async () => {
    const options = { policy, policyConfig: { defaultRateLimit: { maxPerMinute: 1 } } };
    const calls = [0, 1].map(async () => governToolCall({ options, toolName: 'read_file', ...named }));
    expect((await Promise.all(calls)).map(({ ok }) => ok)).toEqual([true, false]);
  });

  test('with a filter that gives back error results says no all the same', async () => {
    const filter = new ToolFilter({ policy, blockMode: 'error_result' }, { env: {} });
    const result = await governToolCall({ filter, toolName: 'delete_file', ...named });
    expect(result).toMatchObject({ ok: false, status: 'blocked' });
  });

  test.each([
    [{ toolName: 'read_file' }, 'give a filter'],
    [{ toolName: 'read_file', options: {}, args: {} }, "unknown member 'args'"],
    [{ options: {} }, 'must name its tool'],
  ])('%j is an error', async (wrong, text) => {
    await expect(governToolCall(wrong as never)).rejects.toThrow(ConfigError);
    await expect(governToolCall(wrong as never)).rejects.toThrow(text);
  });
});
