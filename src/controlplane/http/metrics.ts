const BUCKETS = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 30];

/** A request that there is. */
export interface AnsweredRoute {
  readonly method: string;
  /** The path with its parameters' names: never what was asked for, which anybody may make up. */
  readonly path: string;
  /** True for requests that change nothing. */
  readonly asks: boolean;
}

interface Figure {
  readonly name: string;
  readonly help: string;
  readonly read: () => number;
}

/** Counts what is asked and how long it takes, and writes that down for Prometheus. */
export class Metrics {
  readonly #requests = new Map<AnsweredRoute, Map<number, number>>();
  readonly #buckets = new Array<number>(BUCKETS.length).fill(0);
  #seconds = 0;
  #count = 0;
  readonly #gauges: Figure[] = [];

  /**
   * Counts one answer.
   *
   * @param route - The same object each time: this is done thousands of times a second, and labels are written when
   *   somebody asks.
   */
  answered(route: AnsweredRoute, status: number, seconds: number): void {
    let counts = this.#requests.get(route);
    if (counts === undefined) this.#requests.set(route, (counts = new Map<number, number>()));
    counts.set(status, (counts.get(status) ?? 0) + 1);
    this.#count += 1;
    this.#seconds += seconds;
    const index = BUCKETS.findIndex((bound) => seconds <= bound);
    if (index >= 0) this.#buckets[index] = (this.#buckets[index] ?? 0) + 1;
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
    for (const [{ method, path }, counts] of this.#requests) {
      for (const [status, count] of counts) {
        const labels = `method="${method}",route="${path}",status="${status}"`;
        lines.push(`mcp_governance_http_requests_total{${labels}} ${count}`);
      }
    }
    const duration = 'mcp_governance_http_request_duration_seconds';
    head(duration, 'Seconds from a request to its answer; long polls and streams wait on purpose.', 'histogram');
    let within = 0;
    for (const [index, bound] of BUCKETS.entries()) {
      within += this.#buckets[index] ?? 0;
      lines.push(`${duration}_bucket{le="${bound}"} ${within}`);
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
