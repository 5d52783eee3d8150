import { context, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Finding } from '../../src/call/finding.js';
import { CallTelemetry } from '../../src/telemetry/call-telemetry.js';
import { startSdk } from './support.js';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const finding: Finding = { type: 'ssn', category: 'pii', start: 0, end: 11, confidence: 1 };

test('without an SDK: nothing records, nothing breaks, no trace has an id', () => {
  const telemetry = new CallTelemetry('server');
  const span = telemetry.start('tools/call search', { traceparent: `00-${TRACE}-b7ad6b7169203331-01` });
  expect([span.recording, span.traceId]).toEqual([false, undefined]);
  expect(span.within(() => 5)).toBe(5);
  span.set('a', 1);
  span.end('policy_blocked');
  telemetry.count(1, {}, 'allow', ['decide']);
  telemetry.countDropped();
});

describe('with an SDK', () => {
  let sdk: ReturnType<typeof startSdk>;
  beforeEach(() => {
    sdk = startSdk();
  });
  afterEach(() => sdk.stop());

  test.each([
    ['server', SpanKind.SERVER],
    ['client', SpanKind.CLIENT],
  ] as const)('a span of the %s has its kind, its name and its attributes', (side, kind) => {
    const span = new CallTelemetry(side).start('tools/call search', undefined);
    expect(span.recording).toBe(true);
    span.set('gen_ai.tool.name', 'search');
    span.set('absent', undefined);
    span.end(undefined);
    const [finished] = sdk.spans();
    expect(finished).toMatchObject({ name: 'tools/call search', kind, status: { code: SpanStatusCode.UNSET } });
    expect(finished?.attributes).toEqual({ 'gen_ai.tool.name': 'search' });
    expect(finished?.spanContext().traceId).toBe(span.traceId);
  });

  test('an error is the status of the span', () => {
    new CallTelemetry('server').start('tools/call search', undefined).end('policy_blocked');
    expect(sdk.spans()[0]?.status).toEqual({ code: SpanStatusCode.ERROR, message: 'policy_blocked' });
  });

  test('the parent is the caller that _meta names, else whatever is active', () => {
    const telemetry = new CallTelemetry('server');
    telemetry.start('remote', { traceparent: `00-${TRACE}-b7ad6b7169203331-01` }).end(undefined);
    telemetry.start('garbled', { traceparent: { not: 'text' } }).end(undefined);
    const active = trace.getTracer('test').startSpan('active');
    context.with(trace.setSpan(context.active(), active), () => telemetry.start('local', {}).end(undefined));
    const [remote, garbled, local] = sdk.spans();
    expect(remote?.spanContext().traceId).toBe(TRACE);
    expect(remote?.parentSpanContext?.spanId).toBe('b7ad6b7169203331');
    expect(garbled?.parentSpanContext).toBeUndefined();
    expect(local?.parentSpanContext?.spanId).toBe(active.spanContext().spanId);
  });

  test('what the tool starts is a child of the span, also behind an await', async () => {
    const span = new CallTelemetry('server').start('call', undefined);
    await span.within(async () => {
      await Promise.resolve();
      trace.getTracer('tool').startSpan('child').end();
    });
    span.end(undefined);
    const [child, call] = sdk.spans();
    expect(child?.parentSpanContext?.spanId).toBe(call?.spanContext().spanId);
  });

  test('counts calls, decisions, findings, what failed open and what was dropped', async () => {
    const telemetry = new CallTelemetry('server');
    telemetry.count(250, { 'gen_ai.tool.name': 'search' }, 'allow', []);
    telemetry.count(750, { 'gen_ai.tool.name': 'search' }, 'block', ['decide', 'scan-input']);
    telemetry.countFindings([finding, finding], 'input');
    telemetry.countFindings([finding], 'output');
    telemetry.countDropped();
    expect(await sdk.points('mcp.server.operation.duration')).toMatchObject([
      [{ 'gen_ai.tool.name': 'search' }, { count: 2, sum: 1 }],
    ]);
    expect(await sdk.points('mcp.governance.decisions')).toEqual([
      [{ action: 'allow' }, 1],
      [{ action: 'block' }, 1],
    ]);
    expect(await sdk.points('mcp.governance.findings')).toEqual([
      [{ type: 'ssn', direction: 'input' }, 2],
      [{ type: 'ssn', direction: 'output' }, 1],
    ]);
    expect(await sdk.points('mcp.governance.failed_open')).toEqual([
      [{ part: 'decide' }, 1],
      [{ part: 'scan-input' }, 1],
    ]);
    expect(await sdk.points('mcp.governance.audit_dropped')).toEqual([[{}, 1]]);
    new CallTelemetry('client').count(1, {}, 'allow', []);
    expect(await sdk.points('mcp.client.operation.duration')).toHaveLength(1);
  });
});

test('an SDK that is registered after the telemetry was made, but before the first call, is used', async () => {
  const telemetry = new CallTelemetry('server');
  const sdk = startSdk();
  telemetry.count(1, {}, 'allow', []);
  telemetry.start('call', undefined).end(undefined);
  expect(await sdk.points('mcp.governance.decisions')).toHaveLength(1);
  expect(sdk.spans()).toHaveLength(1);
  await sdk.stop();
});
