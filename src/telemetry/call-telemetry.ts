import {
  type Attributes,
  type AttributeValue,
  type Context,
  context,
  type Counter,
  type Histogram,
  INVALID_TRACEID,
  metrics,
  propagation,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';
import type { Direction, Finding } from '../call/finding.js';
import type { JsonObject } from '../call/json.js';
import { LinkedContext } from './linked-context.js';

const SCOPE = 'mcp-governance';
const KINDS = { server: { kind: SpanKind.SERVER }, client: { kind: SpanKind.CLIENT } } as const;

/** Which side of the call a door stands on. */
export type Side = 'server' | 'client';

/** The counters and the histogram; names and units are in the reference of telemetry. */
interface Instruments {
  readonly duration: Histogram;
  readonly decisions: Counter;
  readonly findings: Counter;
  readonly failedOpen: Counter;
  readonly auditDropped: Counter;
}

/** The span of one call. */
export interface CallSpan {
  /** Whether anybody keeps what is set on the span. */
  readonly recording: boolean;
  readonly traceId: string | undefined;
  /** Runs the tool, so that what it starts becomes a child of this span. */
  within<T>(run: () => T): T;
  /** Writes the trace context of the span into a carrier, as the user's propagator does. */
  inject(carrier: Record<string, string>): void;
  /** Sets an attribute; nothing where the value is undefined. */
  set(name: string, value: AttributeValue | undefined): void;
  /** Ends the span, as an error where `error` says so. */
  end(error: string | undefined): void;
}

/**
 * Makes spans and counts, through `@opentelemetry/api` alone: nothing is kept until the user registers an SDK.
 *
 * @param side - Kind of the spans and name of the histogram.
 */
export class CallTelemetry {
  readonly #side: Side;
  readonly #tracer = trace.getTracer(SCOPE);
  #instruments: Instruments | undefined;

  constructor(side: Side) {
    this.#side = side;
  }

  /** Starts the span of a call; its parent is the caller's, if the request's `_meta` has a trace context. */
  start(name: string, meta: JsonObject | undefined): CallSpan {
    const active = context.active();
    const parent = meta?.['traceparent'] === undefined ? active : propagation.extract(active, meta);
    const span = this.#tracer.startSpan(name, KINDS[this.#side], parent);
    const traceId = traceIdOf(span);
    return traceId === undefined && !span.isRecording() ? SILENT : new OpenSpan(span, parent, traceId);
  }

  /** Measures how long a call took. */
  measure(durationMs: number, attributes: Attributes): void {
    this.#instrument().duration.record(durationMs / 1000, attributes);
  }

  /** Counts a finished call. */
  count(durationMs: number, attributes: Attributes, action: string, failedOpen: readonly string[]): void {
    this.measure(durationMs, attributes);
    const instruments = this.#instrument();
    instruments.decisions.add(1, { action });
    if (failedOpen.length === 0) return;
    for (const part of failedOpen) instruments.failedOpen.add(1, { part });
  }

  /** Counts findings by type. */
  countFindings(findings: readonly Finding[], direction: Direction): void {
    if (findings.length === 0) return;
    for (const { type } of findings) this.#instrument().findings.add(1, { type, direction });
  }

  /** Counts an audit event that a sink did not take. */
  countDropped(): void {
    this.#instrument().auditDropped.add(1);
  }

  /** Made at the first call, because a meter taken before the user's SDK is registered stays silent for good. */
  #instrument(): Instruments {
    if (this.#instruments !== undefined) return this.#instruments;
    const meter = metrics.getMeter(SCOPE);
    const named = (name: string, description: string) => meter.createCounter(`mcp.governance.${name}`, { description });
    this.#instruments = {
      duration: meter.createHistogram(`mcp.${this.#side}.operation.duration`, {
        unit: 's',
        description: 'Duration of tool calls, with governance.',
      }),
      decisions: named('decisions', 'Calls by what became of them.'),
      findings: named('findings', 'Findings by type and direction.'),
      failedOpen: named('failed_open', 'Parts that failed and let a call pass.'),
      auditDropped: named('audit_dropped', 'Audit events that a sink did not take.'),
    };
    return this.#instruments;
  }
}

/** A span of the user's tracer. */
class OpenSpan implements CallSpan {
  readonly recording: boolean;

  constructor(
    private readonly span: Span,
    private readonly parent: Context,
    readonly traceId: string | undefined,
  ) {
    this.recording = span.isRecording();
  }

  within<T>(run: () => T): T {
    return context.with(trace.setSpan(new LinkedContext(this.parent), this.span), run);
  }

  inject(carrier: Record<string, string>): void {
    propagation.inject(trace.setSpan(this.parent, this.span), carrier);
  }

  set(name: string, value: AttributeValue | undefined): void {
    if (value !== undefined) this.span.setAttribute(name, value);
  }

  end(error: string | undefined): void {
    if (error !== undefined) this.span.setStatus({ code: SpanStatusCode.ERROR, message: error });
    this.span.end();
  }
}

/** The span where nobody traces: one for all calls. */
const SILENT: CallSpan = Object.freeze({
  recording: false,
  traceId: undefined,
  within: <T>(run: () => T) => run(),
  inject: () => undefined,
  set: () => undefined,
  end: () => undefined,
});

function traceIdOf(span: Span): string | undefined {
  const { traceId } = span.spanContext();
  return traceId === INVALID_TRACEID ? undefined : traceId;
}
