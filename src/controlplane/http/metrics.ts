const BUCKETS = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 30];

interface Figure {
  readonly name: string;
  readonly help: string;
  readonly read: () => number;
}

/** Counts what is asked and how long it takes, and writes that down for Prometheus. */
export class Metrics {
  readonly #requests = new Map<string, number>();
  readonly #buckets = new Array<number>(BUCKETS.length).fill(0);
  #seconds = 0;
  #count = 0;
  readonly #gauges: Figure[] = [];

  /**
   * Counts one answer.
   *
   * @param route - The path with its parameters' names: never what was asked for, which anybody may make up.
   */
  answered(method: string, route: string, status: number, seconds: number): void {
    const labels = `method="${method}",route="${route}",status="${status}"`;
    this.#requests.set(labels, (this.#requests.get(labels) ?? 0) + 1);
    this.#count += 1;
    this.#seconds += seconds;
    for (const [index, bound] of BUCKETS.entries()) {
      if (seconds <= bound) this.#buckets[index] = (this.#buckets[index] ?? 0) + 1;
    }
  }

  /** Adds a figure that is read whenever somebody asks. */
  gauge(name: string, help: string, read: () => number): void {
    this.#gauges.push({ name, help, read });
  }

  /** Everything in the text format of Prometheus (0.0.4). */
  toString(): string {
    const lines: string[] = [];
    const head = (name: string, help: string, type: string): number =>
      lines.push(`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`);
    head('mcp_governance_http_requests_total', 'Answered requests.', 'counter');
    for (const [labels, count] of this.#requests) lines.push(`mcp_governance_http_requests_total{${labels}} ${count}`);
    const duration = 'mcp_governance_http_request_duration_seconds';
    head(duration, 'Seconds from a request to its answer; long polls and streams wait on purpose.', 'histogram');
    for (const [index, bound] of BUCKETS.entries()) {
      lines.push(`${duration}_bucket{le="${bound}"} ${this.#buckets[index] ?? 0}`);
    }
    lines.push(`${duration}_bucket{le="+Inf"} ${this.#count}`);
    lines.push(`${duration}_sum ${this.#seconds}`, `${duration}_count ${this.#count}`);
    for (const { name, help, read } of this.#gauges) {
      head(`mcp_governance_${name}`, help, 'gauge');
      lines.push(`mcp_governance_${name} ${read()}`);
    }
    return `${lines.join('\n')}\n`;
  }
}
