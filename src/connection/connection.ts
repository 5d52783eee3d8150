import { AuditError } from '../audit/audit-error.js';
import type { AskInbox } from '../approval/approval.js';
import type { ApprovalStore } from '../approval/approval-store.js';
import type { AuditEvent, Sink } from '../audit/audit-event.js';
import { backgroundClock, type Clock, systemClock } from '../call/clock.js';
import type { ToolGovernanceConfig } from '../config/options.js';
import type { ResolvedConnection } from '../config/resolve-connection.js';
import { withDeadline } from '../pipeline/deadline.js';
import { ApprovalInbox } from './approval-inbox.js';
import { AuditOutbox, type Outbox } from './audit-outbox.js';
import { AuditShipper } from './audit-shipper.js';
import { Backoff } from './backoff.js';
import { CheckLayer, MOST_QUESTIONS } from './check-layer.js';
import { ConnectionFault } from './connection-fault.js';
import { type ConnectionStatus, describeConnection } from './connection-status.js';
import { ControlplaneClient } from './controlplane-client.js';
import type { ControlplaneLayer } from './controlplane-layer.js';
import { DefinitionReporter } from './definition-reporter.js';
import { HttpClient } from './http-client.js';
import { MemoryOutbox } from './memory-outbox.js';
import { SnapshotFile, stateName } from './snapshot-file.js';
import { SnapshotLayer } from './snapshot-layer.js';
import { usableFolder } from './state-folder.js';
import { toldOnce } from './told-once.js';

/** What a connection stands on. */
export interface ConnectionInput {
  readonly connection: ResolvedConnection;
  /** How long a decision may take, in milliseconds. */
  readonly timeoutMs: number;
  /** Default: the machine's time. */
  readonly clock?: Clock | undefined;
  /** False: audit events are written in this thread. Default true. */
  readonly thread?: boolean | undefined;
  /** Told whenever other policies are in force, and of all that they say of how tools are governed. */
  readonly onChange: (revision: number, settings: readonly ToolGovernanceConfig[]) => void;
  /** Told of every fault, and of what of the connection it concerns. */
  readonly onFault: (part: ConnectionPart, fault: unknown) => void;
}

/** What of a connection can fail by itself. */
export type ConnectionPart = 'policies' | 'snapshot file' | 'audit' | 'approvals' | 'definitions';

/** The stream, a snapshot, a batch of events and one of definitions. */
const BACKGROUND_CONNECTIONS = 4;
/** Each question to people holds a connection for as long as it waits. */
const WAITING_CONNECTIONS = 256;
/** Questions that are put, taken back and used up, which is over at once. */
const INBOX_CONNECTIONS = 8;
/** How long the end waits for the last audit events to be delivered; what is left is delivered at the next start. */
const LAST_WORDS_MS = 2_000;

/** Everything that one door and its controlplane have to say to one another. */
export class Connection {
  readonly layer: ControlplaneLayer;
  readonly audit: Sink;
  readonly #input: ConnectionInput;
  readonly #clock: Clock;
  readonly #clients: readonly HttpClient[];
  readonly #decisions: SnapshotLayer | CheckLayer;
  readonly #outbox: Outbox;
  /** Why events on their way are not kept on disk; undefined where they are. */
  #outboxFault: AuditError | undefined;
  readonly #shipper: AuditShipper;
  readonly #inbox: ApprovalInbox;
  readonly #definitions: DefinitionReporter;

  /** Begins to fetch policies and to deliver what is left from before. */
  constructor(input: ConnectionInput) {
    const { connection, timeoutMs, clock = systemClock } = input;
    const onFault = toldOnce(clock, input.onFault);
    const background = input.clock ?? backgroundClock;
    const http = (connections: number, timer: Clock): HttpClient =>
      new HttpClient({ ...connection, connections, clock: timer });
    const behind = http(BACKGROUND_CONNECTIONS, background);
    const asked = http(connection.decisionMode === 'check' ? MOST_QUESTIONS : 1, clock);
    const waiting = http(WAITING_CONNECTIONS, clock);
    const inbox = http(INBOX_CONNECTIONS, clock);
    this.#input = input;
    this.#clock = clock;
    this.#clients = [behind, asked, waiting, inbox];
    this.#decisions =
      connection.decisionMode === 'check'
        ? new CheckLayer({ http: asked, timeoutMs, clock, onFault: (fault) => onFault('policies', fault) })
        : new SnapshotLayer({
            http: behind,
            file: new SnapshotFile(connection),
            timeoutMs,
            clock,
            background,
            onChange: input.onChange,
            onFault: (fault) => onFault('policies', fault),
            onFileFault: (fault) => onFault('snapshot file', fault),
          });
    this.layer = this.#decisions;
    const client = new ControlplaneClient(behind);
    this.#outbox = this.#openOutbox();
    if (this.#outboxFault !== undefined) onFault('audit', this.#outboxFault);
    this.#shipper = new AuditShipper({
      outbox: this.#outbox,
      client,
      clock: background,
      backoff: new Backoff(),
      onFault: (fault) => onFault('audit', fault),
      onRefused: () =>
        onFault('audit', new ConnectionFault('declined', 'the controlplane does not take an audit event as it is')),
    });
    this.audit = this.#outbox;
    this.#inbox = new ApprovalInbox({
      client: new ControlplaneClient(inbox),
      waiting: new ControlplaneClient(waiting),
      clock,
      onFault: (fault) => onFault('approvals', fault),
    });
    this.#definitions = new DefinitionReporter({
      client,
      clock: background,
      backoff: new Backoff(),
      onFault: (fault) => onFault('definitions', fault),
    });
    this.#shipper.start();
    if (this.#decisions instanceof SnapshotLayer) void this.#decisions.start();
  }

  /** Asks the inbox. */
  get ask(): AskInbox {
    return this.#inbox.ask;
  }

  /** How old the policies in force are, in milliseconds; undefined where none are, or each call is asked about. */
  get snapshotAgeMs(): number | undefined {
    if (!(this.#decisions instanceof SnapshotLayer)) return undefined;
    const { status } = this.#decisions;
    return status && Math.max(0, Math.round(this.#clock.now() - status.confirmedAt));
  }

  /** How the connection is. */
  get status(): ConnectionStatus {
    const decisions = this.#decisions;
    return describeConnection({
      connection: this.#input.connection,
      snapshot: decisions instanceof SnapshotLayer ? decisions.status : undefined,
      ageMs: this.snapshotAgeMs,
      breaker: decisions instanceof CheckLayer ? decisions.breaker : undefined,
      fault: decisions.fault,
      auditFault: this.#shipper.fault ?? this.#outboxFault,
    });
  }

  /** A store of approvals that are used up in the inbox, too. */
  over(store: ApprovalStore): ApprovalStore {
    return this.#inbox.over(store);
  }

  /** Reports the definitions of a server's tools. */
  report(server: string, tools: readonly unknown[]): void {
    this.#definitions.report(server, tools);
  }

  /** Takes an audit event. */
  write(event: AuditEvent): void | Promise<void> {
    return this.audit.write(event);
  }

  /** Ends it: what waits is delivered where that is a matter of two seconds. */
  async close(): Promise<void> {
    await this.#outbox.flush().catch((fault: unknown) => this.#input.onFault('audit', fault));
    const lastWords = Promise.all([this.#inbox.close(), this.#shipper.deliver()]);
    await withDeadline(lastWords, LAST_WORDS_MS, this.#clock, undefined).catch(() => undefined);
    await Promise.all([
      this.#shipper.close(),
      this.#definitions.close(),
      this.#decisions instanceof SnapshotLayer ? this.#decisions.close() : undefined,
    ]);
    await this.#outbox.close();
    await Promise.all(this.#clients.map((client) => client.close()));
  }

  /** Policies are asked for whether or not there is a place for audit events. */
  #openOutbox(): Outbox {
    const { apiUrl, apiKey, stateFolder } = this.#input.connection;
    const name = stateName(apiUrl, apiKey);
    try {
      const folder = usableFolder(stateFolder);
      if (folder !== undefined) return new AuditOutbox({ folder, name, thread: this.#input.thread ?? true });
    } catch {
      // As without a folder.
    }
    const text = 'no folder can be written: audit events on their way wait in memory and are lost with the process';
    this.#outboxFault = new AuditError(text);
    return new MemoryOutbox();
  }
}
