import type { Clock } from '../call/clock.js';
import type { Decision } from '../call/decision.js';
import type { ToolCall } from '../call/tool-call.js';
import type { ToolGovernanceConfig } from '../config/options.js';
import { DeadlineError, withDeadline } from '../pipeline/deadline.js';
import { OwnFault } from '../pipeline/own-fault.js';
import { FleetPolicy } from '../policy/fleet/fleet-policy.js';
import { subjectOf } from '../policy/subject.js';
import { readSnapshot, type Snapshot } from '../wire/checks.js';
import { Backoff } from './backoff.js';
import { ConnectionFault, wasAnswered } from './connection-fault.js';
import { readReply } from './controlplane-client.js';
import type { ControlplaneLayer } from './controlplane-layer.js';
import type { HttpClient } from './http-client.js';
import type { KeptSnapshot, SnapshotFile } from './snapshot-file.js';
import { SnapshotFeed } from './snapshot-feed.js';

/** What deciding by snapshots stands on. */
export interface SnapshotLayerOptions {
  readonly http: Pick<HttpClient, 'send' | 'stream'>;
  readonly file: Pick<SnapshotFile, 'read' | 'write'>;
  /** How long a call waits for the first snapshot, in milliseconds. */
  readonly timeoutMs: number;
  /** Of calls that wait. */
  readonly clock: Clock;
  /** Of what is done in the background. */
  readonly background: Clock;
  /** From 0 to 1. Default: `Math.random`. */
  readonly random?: (() => number) | undefined;
  /** Told whenever another snapshot is in force, and of all that it says of how tools are governed. */
  readonly onChange: (revision: number, settings: readonly ToolGovernanceConfig[]) => void;
  /** Told of each attempt to get a snapshot that failed. */
  readonly onFault: (fault: ConnectionFault) => void;
  /** Told of a last good snapshot that cannot be used or kept. */
  readonly onFileFault: (fault: unknown) => void;
}

/** The snapshot in force. */
export interface SnapshotStatus {
  readonly revision: number;
  /** Where it came from: fetched by this process, or kept by one before. */
  readonly source: 'controlplane' | 'disk';
  /** When it was last known to be current, in milliseconds since 1970. */
  readonly confirmedAt: number;
}

/** A change is in force at once, and on disk about this much later: one that others follow soon is not written by itself. */
const KEEP_MS = 1_000;

interface InForce {
  readonly policy: FleetPolicy;
  readonly snapshot: Snapshot;
  readonly texts: readonly string[];
  /** By server and tool, the fingerprint of the definition that somebody accepted. */
  readonly accepted: ReadonlyMap<string, ReadonlyMap<string, string>>;
  readonly source: SnapshotStatus['source'];
}

/**
 * Decides by the policies of a controlplane, in memory.
 *
 * They are fetched at the start and kept current; the first calls wait for them. Where the controlplane is away, those that
 * were kept on disk decide.
 */
export class SnapshotLayer implements ControlplaneLayer {
  readonly trusted = true;
  readonly #options: SnapshotLayerOptions;
  readonly #feed: SnapshotFeed;
  #inForce: InForce | undefined;
  #confirmedAt = 0;
  #started: Promise<void> | undefined;
  #firstIsOver = false;
  #toKeep: KeptSnapshot | undefined;
  #callOffKeeping: (() => void) | undefined;
  /** What an earlier process kept, ready to be put in force. */
  #kept: InForce | undefined;
  #keptAt = 0;
  #reading: Promise<void> | undefined;
  #mayFallBack = false;
  #fault: ConnectionFault | undefined;
  /** Policies came, and could not be put in force. */
  #unusable: ConnectionFault | undefined;

  constructor(options: SnapshotLayerOptions) {
    this.#options = options;
    const { http, background, random = Math.random, onFault } = options;
    this.#feed = new SnapshotFeed({
      http,
      clock: background,
      backoff: new Backoff(random),
      random,
      revision: () => this.#inForce?.snapshot.revision ?? -1,
      onSnapshot: (snapshot, text) => this.#take(snapshot, text),
      onConfirmed: () => {
        this.#fault = undefined;
        this.#confirmedAt = background.now();
      },
      onFault: (fault) => {
        this.#fault = fault;
        if (wasAnswered(fault)) this.#unusable = fault;
        onFault(fault);
      },
    });
  }

  /** Begins to fetch; resolves, and never rejects, when the first attempt is over. */
  start(): Promise<void> {
    this.#started ??= this.#begin();
    return this.#started;
  }

  /** What is in force; undefined where nothing is. */
  get status(): SnapshotStatus | undefined {
    if (this.#inForce === undefined) return undefined;
    const { snapshot, source } = this.#inForce;
    return { revision: snapshot.revision, source, confirmedAt: this.#confirmedAt };
  }

  /** Why the last attempt failed; undefined where it did not. */
  get fault(): ConnectionFault | undefined {
    return this.#fault;
  }

  /** {@inheritDoc ControlplaneLayer.ready} */
  ready(signal: AbortSignal | undefined): Promise<void> | undefined {
    return this.#inForce !== undefined || this.#firstIsOver ? undefined : this.#first(signal);
  }

  /** {@inheritDoc ControlplaneLayer.opinion} */
  opinion(call: ToolCall, now: number): Decision | undefined | Promise<Decision | undefined> {
    const policy = this.#inForce?.policy;
    return policy === undefined ? this.#firstOpinion(call, now) : policy.opinion(subjectOf(call, now));
  }

  /** {@inheritDoc ControlplaneLayer.settingsFor} */
  settingsFor(server: string, tool: string): readonly ToolGovernanceConfig[] {
    return this.#inForce?.policy.settingsFor(server, tool) ?? [];
  }

  /** {@inheritDoc ControlplaneLayer.acceptsDefinition} */
  acceptsDefinition(server: string, tool: string, fingerprint: string): boolean {
    return this.#inForce?.accepted.get(server)?.get(tool) === fingerprint;
  }

  /** Ends it; what is in force stays, and is on disk. */
  async close(): Promise<void> {
    await this.#feed.close();
    await this.#keep();
  }

  async #firstOpinion(call: ToolCall, now: number): Promise<Decision | undefined> {
    await this.ready(call.signal);
    const policy = this.#inForce?.policy;
    if (policy !== undefined) return policy.opinion(subjectOf(call, now));
    // Policies that came and say what nobody here understands may forbid this very call.
    if (this.#unusable !== undefined) throw new OwnFault(this.#unusable);
    throw this.#fault ?? new ConnectionFault('timeout', 'the controlplane has not sent its policies yet');
  }

  async #first(signal: AbortSignal | undefined): Promise<void> {
    const { timeoutMs, clock } = this.#options;
    try {
      await withDeadline(this.start(), timeoutMs, clock, signal);
    } catch (fault) {
      // Whoever is gone waits for nothing more, and has nothing to say about the others.
      if (!(fault instanceof DeadlineError)) return;
      // From now on nobody waits: what was kept decides until there is something newer.
      this.#firstIsOver = true;
      this.#fallBack();
    }
  }

  /** What was kept is read beside the fetch: a disk that does not answer costs no call more than its deadline. */
  async #begin(): Promise<void> {
    this.#reading = this.#readKept();
    await this.#feed.start();
    this.#mayFallBack = true;
    if (this.#inForce === undefined) await this.#reading;
    this.#fallBack();
    this.#firstIsOver = true;
  }

  async #take(snapshot: Snapshot, text: string): Promise<void> {
    const least = await this.#leastRevision();
    if (snapshot.revision < least) {
      throw new ConnectionFault(
        'unusable',
        `the controlplane went back from revision ${least} to ${snapshot.revision}`,
        {
          code: 'went_back',
        },
      );
    }
    const before = this.#inForce?.snapshot.revision ?? -1;
    if (snapshot.revision === before && this.#inForce?.source === 'controlplane') return;
    await this.#put(snapshot, 'controlplane');
    const { background, random = Math.random } = this.#options;
    this.#toKeep = { text, confirmedAt: background.now() };
    if (before < 0) void this.#keep();
    else this.#callOffKeeping ??= background.after(KEEP_MS * (0.5 + random()), () => void this.#keep());
  }

  /** What was seen last, in this process or in one before it. A disk that does not answer in time says nothing. */
  async #leastRevision(): Promise<number> {
    if (this.#inForce === undefined && this.#reading !== undefined) {
      const { timeoutMs, clock } = this.#options;
      await withDeadline(this.#reading, timeoutMs, clock, undefined).catch(() => undefined);
    }
    return (this.#inForce ?? this.#kept)?.snapshot.revision ?? -1;
  }

  /** Keeps what came last; resolves, and never rejects, when that is done. */
  async #keep(): Promise<void> {
    this.#callOffKeeping?.();
    this.#callOffKeeping = undefined;
    const { file, onFileFault } = this.#options;
    const kept = this.#toKeep;
    this.#toKeep = undefined;
    if (kept !== undefined) await file.write(kept).catch(onFileFault);
  }

  async #put(snapshot: Snapshot, source: InForce['source']): Promise<void> {
    const next = await this.#prepare(snapshot, source);
    if ((this.#inForce?.snapshot.revision ?? -1) > snapshot.revision) return;
    this.#inForce = next;
    this.#options.onChange(snapshot.revision, next.policy.settings);
  }

  async #prepare(snapshot: Snapshot, source: InForce['source']): Promise<InForce> {
    const texts = snapshot.layers.map(({ document }) => JSON.stringify(document));
    const before = this.#inForce ?? this.#kept;
    // A layer that says the same is not compiled again.
    const layers = snapshot.layers.map((layer, at) => {
      const same = before?.snapshot.layers.find(
        ({ name }, was) => name === layer.name && before.texts[was] === texts[at],
      );
      return same ?? layer;
    });
    const shared = { ...snapshot, layers };
    const policy = await FleetPolicy.load(shared, before?.policy);
    return { policy, snapshot: shared, texts, accepted: acceptedOf(snapshot), source };
  }

  /** Puts in force what was kept, where nothing is; what is still being read is put in force once it is there. */
  #fallBack(): void {
    this.#mayFallBack = true;
    if (this.#inForce !== undefined || this.#kept === undefined) return;
    this.#inForce = this.#kept;
    if (this.#confirmedAt === 0) this.#confirmedAt = this.#keptAt;
    this.#options.onChange(this.#kept.snapshot.revision, this.#kept.policy.settings);
  }

  async #readKept(): Promise<void> {
    const { file, onFileFault } = this.#options;
    try {
      const kept = await file.read();
      if (kept === undefined || this.#inForce !== undefined) return;
      this.#kept = await this.#prepare(readReply(kept.text, readSnapshot.reply), 'disk');
      this.#keptAt = kept.confirmedAt;
      if (this.#mayFallBack) this.#fallBack();
    } catch (fault) {
      onFileFault(fault);
    }
  }
}

function acceptedOf({ pins = [] }: Snapshot): InForce['accepted'] {
  const accepted = new Map<string, Map<string, string>>();
  for (const { server, tool, fingerprint } of pins) {
    const tools = accepted.get(server) ?? new Map<string, string>();
    accepted.set(server, tools.set(tool, fingerprint));
  }
  return accepted;
}
