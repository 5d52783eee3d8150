import type { AskInbox } from '../approval/approval.js';
import type { ApprovalRecord } from '../approval/approval-request.js';
import type { ApprovalStore } from '../approval/approval-store.js';
import type { AuditEvent, Sink } from '../audit/audit-event.js';
import { type Clock, systemClock } from '../call/clock.js';
import type { Decision } from '../call/decision.js';
import type { ToolCall } from '../call/tool-call.js';
import type { ToolGovernanceConfig } from '../config/options.js';
import type { Connection, ConnectionInput } from '../connection/connection.js';
import type { ConnectionStatus } from '../connection/connection-status.js';
import type { ControlplaneLayer } from '../connection/controlplane-layer.js';
import { OwnFault } from '../pipeline/own-fault.js';

/** How soon a connection that could not be made is made again, at most: a fault of ours must not cost every call that. */
const AGAIN_MS = 1_000;
const NO_SETTINGS: readonly ToolGovernanceConfig[] = Object.freeze([]);

/**
 * The way of an enforcement point to its controlplane.
 *
 * What talks over the network is loaded when it is made: doors that stand alone never load it. What is asked of it
 * meanwhile waits for that. Where it cannot be made, that is a fault of ours, which `failOpen` does not cover; it is made
 * anew when it is next asked for.
 */
export class ControlplaneLink implements ControlplaneLayer {
  readonly trusted: boolean;
  readonly #input: ConnectionInput;
  readonly #clock: Clock;
  #loading: Promise<Connection> | undefined;
  #loaded: Connection | undefined;
  #fault: OwnFault | undefined;
  #againAt = 0;

  constructor(input: ConnectionInput) {
    this.#input = input;
    this.#clock = input.clock ?? systemClock;
    this.trusted = input.connection.decisionMode === 'snapshot';
    // Whoever asks is told; where nobody does, that is no reason to end the process.
    this.#load().catch(() => undefined);
  }

  /** {@inheritDoc ControlplaneLayer.ready} */
  ready(signal: AbortSignal | undefined): Promise<void> | undefined {
    if (this.#loaded !== undefined) return this.#loaded.layer.ready(signal);
    return this.#load().then(
      ({ layer }) => layer.ready(signal),
      () => undefined,
    );
  }

  /** {@inheritDoc ControlplaneLayer.opinion} */
  opinion(call: ToolCall, now: number): Decision | undefined | Promise<Decision | undefined> {
    return this.#loaded === undefined
      ? this.#load().then(({ layer }) => layer.opinion(call, now))
      : this.#loaded.layer.opinion(call, now);
  }

  /** {@inheritDoc ControlplaneLayer.settingsFor} */
  settingsFor(server: string, tool: string): readonly ToolGovernanceConfig[] {
    return this.#loaded?.layer.settingsFor(server, tool) ?? NO_SETTINGS;
  }

  /** Whether somebody accepted a tool's definition for the whole fleet, as far as is known here. */
  acceptsDefinition(server: string, tool: string, fingerprint: string): boolean {
    return this.#loaded?.layer.acceptsDefinition(server, tool, fingerprint) ?? false;
  }

  /** How old the policies in force are, in milliseconds; undefined where none are, or each call is asked about. */
  get snapshotAgeMs(): number | undefined {
    return this.#loaded?.snapshotAgeMs;
  }

  /** How the connection is. */
  get status(): ConnectionStatus {
    if (this.#loaded !== undefined) return this.#loaded.status;
    const { apiUrl, decisionMode } = this.#input.connection;
    const nothing = { snapshot: undefined, breaker: undefined, auditFault: undefined };
    return this.#fault === undefined
      ? { apiUrl, decisionMode, state: 'starting', fault: undefined, ...nothing }
      : { apiUrl, decisionMode, state: 'unreachable', fault: 'the connection cannot be made', ...nothing };
  }

  /** Asks the inbox. */
  readonly ask: AskInbox = async (request) => (await this.#load()).ask(request);

  /** Where audit events go. */
  readonly audit: Sink = {
    write: (event: AuditEvent) =>
      this.#loaded === undefined
        ? this.#load().then((loaded) => loaded.audit.write(event))
        : this.#loaded.audit.write(event),
    flush: async () => (await this.#load()).audit.flush?.(),
  };

  /** A store of approvals that are used up in the inbox, too. */
  over(store: ApprovalStore): ApprovalStore {
    const both = async (): Promise<ApprovalStore> => (await this.#load()).over(store);
    return {
      create: async (record: ApprovalRecord) => (await both()).create(record),
      get: async (id) => (await both()).get(id),
      transition: async (...step) => (await both()).transition(...step),
    };
  }

  /** Reports the definitions of a server's tools; never throws. */
  report(server: string, tools: readonly unknown[]): void {
    this.#load()
      .then((loaded) => loaded.report(server, tools))
      .catch((fault: unknown) => this.#input.onFault('definitions', fault));
  }

  /** Ends the connection. */
  async close(): Promise<void> {
    const loaded = await this.#loading?.catch(() => undefined);
    await loaded?.close();
  }

  /** @throws OwnFault where the connection cannot be made. */
  #load(): Promise<Connection> {
    if (this.#fault !== undefined && this.#clock.elapsed() < this.#againAt) return Promise.reject(this.#fault);
    this.#loading ??= this.#make();
    return this.#loading;
  }

  async #make(): Promise<Connection> {
    try {
      const { Connection } = await import('../connection/connection.js');
      this.#loaded = new Connection(this.#input);
      return this.#loaded;
    } catch (thrown) {
      const fault = new OwnFault(thrown);
      this.#fault = fault;
      this.#againAt = this.#clock.elapsed() + AGAIN_MS;
      this.#loading = undefined;
      this.#input.onFault('policies', thrown);
      throw fault;
    }
  }
}
