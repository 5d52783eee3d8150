import { context, createTraceState, metrics, propagation, type TextMapPropagator, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';

/** The W3C trace context, as far as these tests need it. */
const propagator: TextMapPropagator = {
  fields: () => ['traceparent', 'tracestate'],
  inject: (active, carrier, setter) => {
    const span = trace.getSpanContext(active);
    if (span === undefined) return;
    setter.set(carrier, 'traceparent', `00-${span.traceId}-${span.spanId}-0${span.traceFlags}`);
  },
  extract: (active, carrier, getter) => {
    const said = getter.get(carrier, 'traceparent');
    const [, traceId, spanId, flags] = /^00-(\w{32})-(\w{16})-(\w\w)$/.exec(String(said)) ?? [];
    if (traceId === undefined || spanId === undefined) return active;
    const traceState = createTraceState(String(getter.get(carrier, 'tracestate') ?? ''));
    const traceFlags = parseInt(flags ?? '0', 16);
    return trace.setSpanContext(active, { traceId, spanId, traceFlags, traceState, isRemote: true });
  },
};

/** Registers an OpenTelemetry SDK that keeps everything in memory. */
export function registerTelemetry() {
  const spans = new InMemorySpanExporter();
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 2 ** 30 });
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(propagator);
  trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spans)] }));
  metrics.setGlobalMeterProvider(new MeterProvider({ readers: [reader] }));
  return {
    /** The spans that ended, oldest first. */
    spans: (): readonly ReadableSpan[] => spans.getFinishedSpans(),
    /** Everything that was counted until now, as JSON text. */
    async metrics(): Promise<string> {
      await reader.forceFlush();
      return JSON.stringify(exporter.getMetrics().flatMap((each) => each.scopeMetrics));
    },
    reset() {
      spans.reset();
      exporter.reset();
    },
    async shutdown() {
      await reader.shutdown();
      for (const api of [trace, metrics, context, propagation]) api.disable();
    },
  };
}

/** Everything that a span would tell a backend, as JSON text. */
export function spanText(span: ReadableSpan): string {
  const { name, attributes, events, status, links } = span;
  const traceState = span.spanContext().traceState?.serialize();
  return JSON.stringify({ name, attributes, events, status, links, traceState });
}
