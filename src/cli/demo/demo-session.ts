import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '@modelcontextprotocol/sdk/client/index.js';
import type { AuditEvent } from '../../audit/audit-event.js';
import type { JsonObject } from '../../call/json.js';
import { ChildTransport } from './child-transport.js';
import type { ObservedCall } from './judge-call.js';
import type { Report } from './report.js';
import { type ServerName, WARM_UP } from './settings.js';

const TIMEOUT_MS = 10_000;
const RECORD_PATIENCE_MS = 1_000;
const REVISION_PATIENCE_MS = 5_000;
const WARM_UP_CALLS = 50;

/** One server of the demo in its own process, with a client of the MCP SDK connected to it. */
export class DemoSession {
  readonly #transport: ChildTransport;
  readonly #client: Client;
  #reports: Report[] = [];
  #revision = -1;
  #heard: () => void = () => undefined;

  private constructor(transport: ChildTransport, client: Client) {
    this.#transport = transport;
    this.#client = client;
    transport.onreport = (report) => {
      if (report.kind === 'revision') this.#revision = report.revision;
      else this.#reports.push(report);
      this.#heard();
    };
  }

  /**
   * Starts a server, connects, and calls one tool until the server is warm.
   *
   * @param file - The program of the servers.
   * @param environment - What the server's environment has besides.
   */
  static async open(
    file: string,
    name: ServerName,
    environment?: Readonly<Record<string, string>>,
  ): Promise<DemoSession> {
    // Loaded when it is needed, so that the command line works without a host.
    const { Client } = await import('@modelcontextprotocol/sdk/client/index.js');
    const transport = new ChildTransport(file, name, environment);
    const session = new DemoSession(transport, new Client({ name: 'demo-client', version: '1.0.0' }));
    try {
      await session.#client.connect(transport, { timeout: TIMEOUT_MS });
      for (let call = 0; call < WARM_UP_CALLS; call++) await session.call(WARM_UP[name], { id: 'warm-up' });
      return session;
    } catch (cause) {
      await session.close();
      throw new Error(`the ${name} server did not start: ${(cause as Error).message}\n${session.log}`, { cause });
    }
  }

  /** What the server said on standard error. */
  get log(): string {
    return this.#transport.log;
  }

  /** Calls a tool and waits until the server has recorded the call. */
  async call(tool: string, args: JsonObject): Promise<ObservedCall> {
    this.#reports = [];
    const started = performance.now();
    const result = await this.#answer(tool, args);
    const roundTripMs = performance.now() - started;
    const event = await this.#recorded();
    const reached = this.#reports.filter(({ kind }) => kind === 'reached').length;
    return { result, event, reached, roundTripMs };
  }

  /**
   * Resolves once the server goes by this revision of the controlplane's policies, or a later one.
   *
   * @throws Error where it does not, for five seconds.
   */
  async inForce(revision: number): Promise<void> {
    await this.#until(() => this.#revision >= revision, REVISION_PATIENCE_MS);
    if (this.#revision < revision) throw new Error(`revision ${revision} did not reach the server\n${this.log}`);
  }

  /** Ends the server. */
  close(): Promise<void> {
    return this.#transport.close();
  }

  async #answer(tool: string, args: JsonObject): Promise<JsonObject> {
    try {
      return await this.#client.callTool({ name: tool, arguments: args }, undefined, { timeout: TIMEOUT_MS });
    } catch (cause) {
      throw new Error(`${tool} was not answered: ${(cause as Error).message}\n${this.log}`, { cause });
    }
  }

  /** Reports take another way than answers and may be later. */
  async #recorded(): Promise<AuditEvent | undefined> {
    const find = (): AuditEvent | undefined => this.#reports.find((report) => report.kind === 'recorded')?.event;
    await this.#until(() => find() !== undefined, RECORD_PATIENCE_MS);
    return find();
  }

  /** Resolves once the reports say so, or when nobody wants to wait any longer. */
  async #until(isSo: () => boolean, patienceMs: number): Promise<void> {
    const given = new AbortController();
    const heard = new Promise<void>((resolve) => {
      this.#heard = () => {
        if (isSo()) resolve();
      };
      this.#heard();
    });
    await Promise.race([heard, sleep(patienceMs, undefined, { signal: given.signal }).catch(() => undefined)]);
    given.abort();
  }
}
