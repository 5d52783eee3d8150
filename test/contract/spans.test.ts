import { SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { afterAll, afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ManualClock } from '../../src/testing/index.js';
import { HOSTS, type Setup, Started, text } from './hosts/all-hosts.js';
import { registerTelemetry } from './telemetry.js';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const PARENT = 'b7ad6b7169203331';
const telemetry = registerTelemetry();
afterAll(() => telemetry.shutdown());

describe.each(HOSTS)('the span of a call, on $title', (host) => {
  const servers = new Started(host);
  beforeEach(() => telemetry.reset());
  afterEach(() => servers.closeAll());

  const echo = { name: 'echo', handler: () => text('done') };
  async function spanOf(options: Setup['options'], args: object = {}, rest: Partial<Setup> = {}) {
    const server = await servers.start({ tools: [echo], options, ...rest });
    await server.call('echo', args);
    expect(telemetry.spans()).toHaveLength(1);
    return telemetry.spans()[0]!;
  }

  it('has the trace context of the request as its parent, and is the parent of what the tool does', async () => {
    const handler = () => {
      trace.getTracer('test').startSpan('inside').end();
      return text('done');
    };
    const server = await servers.start({ tools: [{ name: 'echo', handler }] });
    await server.call('echo', {}, { meta: { traceparent: `00-${TRACE}-${PARENT}-01` } });
    const [inside, span] = telemetry.spans();
    expect(span?.spanContext().traceId).toBe(TRACE);
    expect(span?.parentSpanContext?.spanId).toBe(PARENT);
    expect(inside?.parentSpanContext?.spanId).toBe(span?.spanContext().spanId);
    expect(server.sink.events).toMatchObject([{ traceId: TRACE }]);
  });

  it.each(['', '00-xyz', 'ff'.repeat(1000), { a: 1 }, 7, null])(
    'does without a trace context that is none: %j',
    async (said) => {
      const server = await servers.start({ tools: [echo] });
      await server.call('echo', {}, { meta: { traceparent: said } }).catch(() => undefined);
      for (const span of telemetry.spans()) expect(span.parentSpanContext).toBeUndefined();
    },
  );

  it('carries the attributes of an allowed call', async () => {
    const span = await spanOf(
      {
        serverName: 'files',
        identify: () => ({ agent: 'bot', user: 'ann', attributes: {}, selfDeclared: false }),
        policy: { decide: () => ({ action: 'allow', ruleName: 'r1', reason: 'reading is fine', revision: '7' }) },
      },
      { mail: 'ann@example.com' },
    );
    expect(span.name).toBe('tools/call echo');
    expect(span.kind).toBe(SpanKind.SERVER);
    expect(span.status.code).toBe(SpanStatusCode.UNSET);
    expect(span.attributes).toMatchObject({
      'mcp.method.name': 'tools/call',
      'network.transport': 'pipe',
      'gen_ai.tool.name': 'echo',
      'gen_ai.operation.name': 'execute_tool',
      'waxell.mcp.server_name': 'files',
      'waxell.mcp.tool_name': 'echo',
      'waxell.mcp.policy_id': 'mcp:files:echo',
      'waxell.mcp.governance_checked': true,
      'waxell.mcp.governance_action': 'allow',
      'waxell.mcp.policy_reason': 'reading is fine',
      'waxell.mcp.governance_timestamp': expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
      'waxell.mcp.audit_agent': 'bot',
      'waxell.mcp.audit_user': 'ann',
      'waxell.mcp.params_hash': expect.stringMatching(/^[0-9a-f]{16}$/),
      'waxell.mcp.policy_revision': '7',
      'waxell.mcp.matched_rule': 'r1',
      'waxell.mcp.pii_input_types': ['email'],
      'waxell.mcp.pii_redacted': false,
    });
    expect(span.attributes).not.toHaveProperty('error.type');
  });

  it('hashes equal arguments equally, whatever the order of their keys, and redacted ones as redacted', async () => {
    const server = await servers.start({ tools: [echo] });
    for (const args of [{ a: 1, b: 2 }, { b: 2, a: 1 }, { b: 2, a: 3 }, { m: 'ann@a.com' }, { m: 'bob@b.com' }]) {
      await server.call('echo', args);
    }
    const [a, same, other, mail, sameMail] = telemetry.spans().map((span) => span.attributes['waxell.mcp.params_hash']);
    expect(same).toBe(a);
    expect(other).not.toBe(a);
    expect(sameMail).toBe(mail);
  });

  it.each<[string, Setup['options'], object]>([
    [
      'blocked',
      { policyConfig: { defaultPolicyAction: 'block' } },
      {
        'error.type': 'policy_blocked',
        'waxell.mcp.governance_action': 'block',
        'waxell.mcp.approval_status': 'not_required',
      },
    ],
    [
      'refused by a limit',
      { policyConfig: { maxArgumentBytes: 1 } },
      { 'error.type': 'arguments_too_large', 'waxell.mcp.governance_checked': false },
    ],
    [
      'denied',
      {
        toolConfigs: { echo: { approvalRequired: true } },
        onPolicyBlock: () => ({ approved: false, approver: 'ann' }),
      },
      {
        'error.type': 'approval_denied',
        'waxell.mcp.approval_status': 'denied',
        'waxell.mcp.approval_approver': 'ann',
      },
    ],
    [
      'failed closed',
      { policy: { decide: () => fling() }, policyConfig: { failOpen: false } },
      { 'error.type': 'governance_failure' },
    ],
  ])('says why a call was %s', async (_title, options, attributes) => {
    const span = await spanOf(options, { q: 'x' });
    expect(span.attributes).toMatchObject(attributes);
    expect(span.status).toMatchObject({ code: SpanStatusCode.ERROR });
  });

  it.each<[string, Setup['options'], object]>([
    [
      'approved',
      {
        toolConfigs: { echo: { approvalRequired: true } },
        onPolicyBlock: () => ({ approved: true, approver: 'ann', elapsedSeconds: 2 }),
      },
      {
        'waxell.mcp.approval_status': 'approved',
        'waxell.mcp.approval_approver': 'ann',
        'waxell.mcp.approval_elapsed_ms': 2000,
      },
    ],
    [
      'failed open',
      { policy: { decide: () => fling() } },
      { 'waxell.mcp.failed_open': ['decide'], 'waxell.mcp.policy_skipped': true },
    ],
    [
      'overridden',
      { policy: { decide: () => ({ action: 'block' }) }, toolConfigs: { echo: { policyAction: 'allow' } } },
      { 'waxell.mcp.policy_overridden': true, 'waxell.mcp.governance_action': 'allow' },
    ],
    ['redacted', { piiActions: { email: 'redact' } }, { 'waxell.mcp.pii_redacted': true }],
  ])('says how a call that ran was %s', async (_title, options, attributes) => {
    const span = await spanOf(options, { m: 'ann@example.com' });
    expect(span.attributes).toMatchObject(attributes);
    expect(span.status.code).toBe(SpanStatusCode.UNSET);
  });

  it('says how long a call was held back, and that a rate limit refused one', async () => {
    const clock = new ManualClock();
    const options: Setup['options'] = {
      policy: { decide: () => ({ action: 'throttle', obligations: { throttleDelaySeconds: 3 } }) },
      toolConfigs: { echo: { rateLimit: { maxPerMinute: 1 } } },
    };
    const server = await servers.start({ tools: [echo], options, internals: { clock } });
    const call = server.call('echo', {});
    await clock.untilPending();
    await clock.advance(3000);
    await call;
    await server.call('echo', {});
    expect(telemetry.spans().map((span) => span.attributes)).toMatchObject([
      { 'waxell.mcp.throttle_delay_ms': 3000, 'waxell.mcp.governance_action': 'throttle' },
      { 'waxell.mcp.rate_limited': true, 'error.type': 'rate_limited' },
    ]);
  });

  it('says that the tool itself failed, and names attributes with a prefix of the user', async () => {
    const failing = { name: 'echo', handler: () => ({ ...text('no'), isError: true }) };
    const span = await spanOf({ attributePrefix: 'acme.' }, {}, { tools: [failing] });
    expect(span.attributes).toMatchObject({ 'error.type': 'tool_error', 'acme.tool_name': 'echo' });
    expect(Object.keys(span.attributes).filter((name) => name.startsWith('waxell.'))).toEqual([]);
  });

  it('is counted, with its findings', async () => {
    await spanOf({}, { m: 'ann@example.com' });
    const said = await telemetry.metrics();
    for (const name of ['mcp.server.operation.duration', 'mcp.governance.decisions', 'mcp.governance.findings']) {
      expect(said).toContain(name);
    }
  });
});

function fling(): never {
  throw new Error('boom');
}
