// Spans and metrics with the OpenTelemetry SDK; the exporters keep them in memory, where yours would send them.
import assert from 'node:assert/strict';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { metrics, SpanKind, trace } from '@opentelemetry/api';
import { AggregationTemporality, InMemoryMetricExporter } from '@opentelemetry/sdk-metrics';
import { MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { GovernanceMiddleware } from 'mcp-governance';
import { withMiddleware } from 'mcp-governance/sdk';
import { z } from 'zod';

// #region setup
const spanExporter = new InMemorySpanExporter();
trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spanExporter)] }));

const metricExporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
const meterProvider = new MeterProvider({
  readers: [new PeriodicExportingMetricReader({ exporter: metricExporter, exportIntervalMillis: 60_000 })],
});
metrics.setGlobalMeterProvider(meterProvider);
// #endregion

const server = withMiddleware(new McpServer({ name: 'Docs', version: '1.0.0' }));
server.addMiddleware(
  new GovernanceMiddleware({ serverName: 'docs', toolConfigs: { delete_document: { policyAction: 'block' } } }),
);
const inputSchema = { id: z.string() };
server.registerTool('get_document', { inputSchema }, () => ({
  content: [{ type: 'text', text: 'Written by ada.lovelace@analytical-engines.com' }],
}));
server.registerTool('delete_document', { inputSchema }, () => ({ content: [] }));

const client = new Client({ name: 'example', version: '1.0.0' });
const [near, far] = InMemoryTransport.createLinkedPair();
await Promise.all([server.connect(far), client.connect(near)]);
await client.callTool({ name: 'get_document', arguments: { id: 'handbook' } });
await client.callTool({ name: 'delete_document', arguments: { id: 'handbook' } });
await client.close();

const [allowed, blocked] = spanExporter.getFinishedSpans();
assert.equal(allowed?.name, 'tools/call get_document');
assert.equal(allowed.kind, SpanKind.SERVER);
assert.equal(allowed.attributes['gen_ai.tool.name'], 'get_document');
assert.equal(allowed.attributes['waxell.mcp.policy_id'], 'mcp:docs:get_document');
assert.equal(allowed.attributes['waxell.mcp.governance_action'], 'allow');
assert.deepEqual(allowed.attributes['waxell.mcp.pii_output_types'], ['email']);
assert.equal(allowed.attributes['waxell.mcp.pii_redacted'], true);
assert.equal(blocked?.attributes['waxell.mcp.governance_action'], 'block');
assert.equal(blocked.attributes['error.type'], 'policy_blocked');

/** The sums of a counter by one of its attributes. */
async function counted(name: string, attribute: string): Promise<Record<string, number>> {
  await meterProvider.forceFlush();
  const scopes = metricExporter.getMetrics().at(-1)?.scopeMetrics ?? [];
  const metric = scopes.flatMap((scope) => scope.metrics).find(({ descriptor }) => descriptor.name === name);
  const points = (metric?.dataPoints ?? []).map(({ attributes, value }) => [attributes[attribute], value]);
  return Object.fromEntries(points) as Record<string, number>;
}

assert.deepEqual(await counted('mcp.governance.decisions', 'action'), { allow: 1, block: 1 });
assert.deepEqual(await counted('mcp.governance.findings', 'type'), { email: 1 });
const durations = Object.keys(await counted('mcp.server.operation.duration', 'gen_ai.tool.name'));
assert.equal(durations.length, 2);

await meterProvider.shutdown();
console.log('ok: one span a call, with decisions and findings counted');
