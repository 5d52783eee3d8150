import {
  context,
  type Context,
  metrics,
  propagation,
  type TextMapPropagator,
  trace,
  TraceFlags,
} from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';

/** Reads `traceparent` of W3C Trace Context, which is all a caller sends. */
const w3c: TextMapPropagator = {
  inject: () => undefined,
  fields: () => ['traceparent'],
  extract: (active: Context, carrier, getter) => {
    const [, traceId, spanId] =
      /^00-([0-9a-f]{32})-([0-9a-f]{16})-01$/.exec(String(getter.get(carrier, 'traceparent'))) ?? [];
    if (traceId === undefined || spanId === undefined) return active;
    return trace.setSpanContext(active, { traceId, spanId, traceFlags: TraceFlags.SAMPLED, isRemote: true });
  },
};

/** Registers the SDK as users do, exporting to memory. */
export function startSdk() {
  const exporter = new InMemorySpanExporter();
  const metricExporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const reader = new PeriodicExportingMetricReader({ exporter: metricExporter, exportIntervalMillis: 2 ** 31 - 1 });
  const meters = new MeterProvider({ readers: [reader] });
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(w3c);
  trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }));
  metrics.setGlobalMeterProvider(meters);
  return {
    spans: () => exporter.getFinishedSpans(),
    /** The points of one instrument as `[attributes, value]`. */
    async points(name: string): Promise<[attributes: object, value: unknown][]> {
      metricExporter.reset();
      await meters.forceFlush();
      const all = metricExporter.getMetrics().flatMap((each) => each.scopeMetrics.flatMap((scope) => scope.metrics));
      const found = all.filter((metric) => metric.descriptor.name === name);
      return found.flatMap((metric) =>
        metric.dataPoints.map(({ attributes, value }) => [attributes, value] as [object, unknown]),
      );
    },
    async stop(): Promise<void> {
      await meters.shutdown();
      for (const api of [context, propagation, trace, metrics]) api.disable();
    },
  };
}
