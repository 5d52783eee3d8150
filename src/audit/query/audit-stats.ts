import type { StoredEvent } from '../audit-event.js';

/** Percentiles, in milliseconds. */
export interface Percentiles {
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
}

/** What a record says in numbers. Lists are sorted, the largest first. */
export interface AuditStats {
  readonly events: number;
  /** When the first and the last call arrived; undefined where there is none. */
  readonly from: string | undefined;
  readonly to: string | undefined;
  readonly byDecision: readonly (readonly [name: string, count: number])[];
  readonly byStatus: readonly (readonly [name: string, count: number])[];
  readonly byTool: readonly (readonly [name: string, count: number])[];
  readonly byAgent: readonly (readonly [name: string, count: number])[];
  /** Of whole calls; undefined where there is no event. */
  readonly durationMs: Percentiles | undefined;
  /** Of what governance took of them. */
  readonly governanceMs: Percentiles | undefined;
}

/** Counts events. */
export async function statsOf(
  pages: AsyncIterable<readonly StoredEvent[]>,
  onProgress?: (count: number) => void,
): Promise<AuditStats> {
  const counts = {
    decision: new Map<string, number>(),
    status: new Map<string, number>(),
    tool: new Map<string, number>(),
    agent: new Map<string, number>(),
  };
  const durations: number[] = [];
  const ours: number[] = [];
  let from: string | undefined;
  let to: string | undefined;
  for await (const page of pages) {
    for (const event of page) {
      add(counts.decision, event.policyDecision);
      add(counts.status, event.resultStatus);
      add(counts.tool, event.tool);
      add(counts.agent, event.agent);
      durations.push(event.durationMs);
      ours.push(event.governanceMs);
      if (from === undefined || event.timestamp < from) from = event.timestamp;
      if (to === undefined || event.timestamp > to) to = event.timestamp;
    }
    onProgress?.(durations.length);
  }
  return {
    events: durations.length,
    from,
    to,
    byDecision: sorted(counts.decision),
    byStatus: sorted(counts.status),
    byTool: sorted(counts.tool),
    byAgent: sorted(counts.agent),
    durationMs: percentiles(durations),
    governanceMs: percentiles(ours),
  };
}

function add(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}

function sorted(counts: ReadonlyMap<string, number>): [string, number][] {
  return [...counts].sort(([a, many], [b, most]) => most - many || (a < b ? -1 : 1));
}

function percentiles(values: readonly number[]): Percentiles | undefined {
  const ordered = Float64Array.from(values).sort();
  if (ordered.length === 0) return undefined;
  const at = (share: number): number =>
    ordered[Math.min(ordered.length - 1, Math.floor(ordered.length * share))] as number;
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99), max: at(1) };
}
