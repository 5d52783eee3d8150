import { hash } from 'node:crypto';
import type { Clock } from '../call/clock.js';
import { isJsonObject, type JsonObject } from '../call/json.js';
import { sleep } from '../pipeline/deadline.js';
import { reportDefinitions, toolDefinition } from '../wire/servers.js';
import type { Backoff } from './backoff.js';
import { ConnectionFault } from './connection-fault.js';
import type { ControlplaneClient } from './controlplane-client.js';

/** What reporting definitions stands on. */
export interface DefinitionReporterOptions {
  readonly client: Pick<ControlplaneClient, 'ask'>;
  /** Whose timers keep no process alive. */
  readonly clock: Clock;
  readonly backoff: Backoff;
  /** Told of each attempt that failed. */
  readonly onFault: (fault: unknown) => void;
}

const TIMEOUT_MS = 10_000;
/** Servers can list what they like; beyond so many tools the oldest are forgotten, and reported again when they are seen. */
const MOST_TOOLS = 20_000;
const BATCH_BYTES = 512 * 1024;
const BATCH_TOOLS = 500;

interface Waiting {
  readonly server: string;
  readonly json: string;
}

/** Tells a controlplane which definitions of tools a door saw: each once, and again when it is another. */
export class DefinitionReporter {
  readonly #options: DefinitionReporterOptions;
  readonly #over = new AbortController();
  /** Fingerprints by server and tool, of what was reported or waits. */
  readonly #known = new Map<string, string>();
  readonly #waiting = new Map<string, Waiting>();
  #running: Promise<void> | undefined;

  constructor(options: DefinitionReporterOptions) {
    this.#options = options;
  }

  /** Takes a list of tools as a server sent it; what the wire has no words for is left out. */
  report(server: string, tools: readonly unknown[]): void {
    if (server === '' || this.#over.signal.aborted) return;
    for (const tool of tools) {
      const definition = toDefinition(tool);
      if (definition === undefined) continue;
      const json = JSON.stringify(definition);
      const fingerprint = hash('sha256', json);
      const key = JSON.stringify([server, definition.name]);
      if (this.#known.get(key) === fingerprint || json.length > BATCH_BYTES) continue;
      this.#forgetOldest();
      this.#known.set(key, fingerprint);
      this.#waiting.set(key, { server, json });
    }
    if (this.#waiting.size > 0) this.#running ??= this.#run().finally(() => (this.#running = undefined));
  }

  /** Ends it. */
  async close(): Promise<void> {
    this.#over.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { backoff, clock, onFault } = this.#options;
    // Those that list page by page have the next page in a moment.
    await Promise.resolve();
    while (this.#waiting.size > 0 && !this.#over.signal.aborted) {
      const batch = this.#nextBatch();
      try {
        await this.#send([...batch.values()]);
        backoff.reset();
      } catch (fault) {
        if (this.#over.signal.aborted) return;
        onFault(fault);
        for (const [key, each] of batch) if (!this.#waiting.has(key)) this.#waiting.set(key, each);
        await sleep(backoff.next(fault instanceof ConnectionFault ? fault : undefined), clock, this.#over.signal).catch(
          () => undefined,
        );
      }
    }
  }

  /** Takes definitions of one server off the list. */
  #nextBatch(): ReadonlyMap<string, Waiting> {
    const batch = new Map<string, Waiting>();
    let bytes = 0;
    let server: string | undefined;
    for (const [key, each] of this.#waiting) {
      server ??= each.server;
      if (each.server !== server) continue;
      bytes += Buffer.byteLength(each.json);
      if (batch.size > 0 && (bytes > BATCH_BYTES || batch.size === BATCH_TOOLS)) break;
      batch.set(key, each);
      this.#waiting.delete(key);
    }
    return batch;
  }

  /** Smaller and smaller batches, until a definition that the controlplane never takes stands alone. */
  async #send(batch: readonly Waiting[]): Promise<void> {
    const [first] = batch;
    if (first === undefined) return;
    try {
      await this.#options.client.ask(reportDefinitions, {
        params: { server: first.server },
        body: `{"definitions":[${batch.map(({ json }) => json).join(',')}]}`,
        timeoutMs: TIMEOUT_MS,
        signal: this.#over.signal,
      });
    } catch (fault) {
      if (!(fault instanceof ConnectionFault) || fault.kind !== 'declined') throw fault;
      if (batch.length === 1) return this.#options.onFault(fault);
      const half = Math.ceil(batch.length / 2);
      await this.#send(batch.slice(0, half));
      await this.#send(batch.slice(half));
    }
  }

  #forgetOldest(): void {
    if (this.#known.size < MOST_TOOLS) return;
    const oldest = this.#known.keys().next().value as string;
    this.#known.delete(oldest);
    this.#waiting.delete(oldest);
  }
}

/** A tool of `tools/list` in the words of the wire; undefined for what is none, or has no place there. */
function toDefinition(tool: unknown): (JsonObject & { readonly name: string }) | undefined {
  if (!isJsonObject(tool)) return undefined;
  const { name, title, description, inputSchema, outputSchema, annotations } = tool;
  const said = { name, title, description, input_schema: inputSchema, output_schema: outputSchema, annotations };
  const read = toolDefinition.safeParse(
    Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined)),
  );
  return read.success ? read.data : undefined;
}
