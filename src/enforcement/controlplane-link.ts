import type { AskInbox } from '../approval/approval.js';
import type { ApprovalRecord } from '../approval/approval-request.js';
import type { ApprovalStore } from '../approval/approval-store.js';
import type { AuditEvent, Sink } from '../audit/audit-event.js';
import type { Decision } from '../call/decision.js';
import type { ToolCall } from '../call/tool-call.js';
import type { ToolGovernanceConfig } from '../config/options.js';
import type { Connection, ConnectionInput } from '../connection/connection.js';
import type { ConnectionStatus } from '../connection/connection-status.js';
import type { ControlplaneLayer } from '../connection/controlplane-layer.js';

const NO_SETTINGS: readonly ToolGovernanceConfig[] = Object.freeze([]);

/**
 * The way of an enforcement point to its controlplane.
 *
 * What talks over the network is loaded when it is made: doors that stand alone never load it. What is asked of it
 * meanwhile waits for that.
 */
export class ControlplaneLink implements ControlplaneLayer {
  readonly trusted: boolean;
  readonly #input: ConnectionInput;
  readonly #loading: Promise<Connection>;
  #loaded: Connection | undefined;

  constructor(input: ConnectionInput) {
    this.#input = input;
    this.trusted = input.connection.decisionMode === 'snapshot';
    this.#loading = import('../connection/connection.js').then(({ Connection }) => {
      this.#loaded = new Connection(input);
      return this.#loaded;
    });
    // Whoever asks is told; where nobody does, that is no reason to end the process.
    this.#loading.catch((fault: unknown) => input.onFault('policies', fault));
  }

  /** {@inheritDoc ControlplaneLayer.ready} */
  ready(signal: AbortSignal | undefined): Promise<void> | undefined {
    if (this.#loaded !== undefined) return this.#loaded.layer.ready(signal);
    return this.#loading.then(
      ({ layer }) => layer.ready(signal),
      () => undefined,
    );
  }

  /** {@inheritDoc ControlplaneLayer.opinion} */
  opinion(call: ToolCall, now: number): Decision | undefined | Promise<Decision | undefined> {
    return this.#loaded === undefined
      ? this.#loading.then(({ layer }) => layer.opinion(call, now))
      : this.#loaded.layer.opinion(call, now);
  }

  /** {@inheritDoc ControlplaneLayer.settingsFor} */
  settingsFor(server: string, tool: string): readonly ToolGovernanceConfig[] {
    return this.#loaded?.layer.settingsFor(server, tool) ?? NO_SETTINGS;
  }

  /** How old the policies in force are, in milliseconds; undefined where none are, or each call is asked about. */
  get snapshotAgeMs(): number | undefined {
    return this.#loaded?.snapshotAgeMs;
  }

  /** How the connection is. */
  get status(): ConnectionStatus {
    if (this.#loaded !== undefined) return this.#loaded.status;
    const { apiUrl, decisionMode } = this.#input.connection;
    const nothing = { fault: undefined, snapshot: undefined, breaker: undefined, auditFault: undefined };
    return { apiUrl, decisionMode, state: 'starting', ...nothing };
  }

  /** Asks the inbox. */
  readonly ask: AskInbox = async (request) => (await this.#loading).ask(request);

  /** Where audit events go. */
  readonly audit: Sink = {
    write: (event: AuditEvent) =>
      this.#loaded === undefined
        ? this.#loading.then((loaded) => loaded.audit.write(event))
        : this.#loaded.audit.write(event),
    flush: async () => (await this.#loading).audit.flush?.(),
  };

  /** A store of approvals that are used up in the inbox, too. */
  over(store: ApprovalStore): ApprovalStore {
    const both = this.#loading.then((loaded) => loaded.over(store));
    both.catch(() => undefined);
    return {
      create: async (record: ApprovalRecord) => (await both).create(record),
      get: async (id) => (await both).get(id),
      transition: async (...step) => (await both).transition(...step),
    };
  }

  /** Reports the definitions of a server's tools; never throws. */
  report(server: string, tools: readonly unknown[]): void {
    this.#loading
      .then((loaded) => loaded.report(server, tools))
      .catch((fault: unknown) => this.#input.onFault('definitions', fault));
  }

  /** Ends the connection. */
  async close(): Promise<void> {
    const loaded = await this.#loading.catch(() => undefined);
    await loaded?.close();
  }
}
