import type { JsonObject } from '../call/json.js';
import type { CallSpan } from './call-telemetry.js';

/** W3C Trace Context. Baggage stays here: it may hold what is no concern of a server. */
const MEMBERS = ['traceparent', 'tracestate'];

/**
 * The `_meta` of a request with the trace context of the call that it is part of; what the caller wrote stands.
 *
 * @returns The very `_meta` where the caller traces by itself, or nobody does.
 */
export function withTraceContext(meta: JsonObject | undefined, span: CallSpan | undefined): JsonObject | undefined {
  if (span?.traceId === undefined || meta?.['traceparent'] !== undefined) return meta;
  const carrier: Record<string, string> = {};
  span.inject(carrier);
  const traced = MEMBERS.filter((name) => carrier[name] !== undefined);
  if (traced.length === 0) return meta;
  return { ...Object.fromEntries(traced.map((name) => [name, carrier[name]])), ...meta };
}
