import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import process from 'node:process';
import { READERS, type Role } from '../wire/role.js';
import { Inbox, maySee } from './approvals/inbox.js';
import { addApprovalRoutes } from './approvals/routes.js';
import { SqlApprovalStore } from './approvals/sql-approval-store.js';
import { Fleet } from './decisions/fleet.js';
import { addDecisionRoutes } from './decisions/routes.js';
import { AuditLogger } from '../audit/audit-logger.js';
import { Intake } from './audit/intake.js';
import { addAuditRoutes } from './audit/routes.js';
import { Attempts, MOST_FAILURES, WINDOW_SECONDS } from './attempts/attempts.js';
import { Failures } from './attempts/failures.js';
import { addPreviewRoute } from './documents/preview.js';
import { DocumentStore } from './documents/document-store.js';
import { addDocumentRoutes } from './documents/routes.js';
import { authenticate } from './http/authenticate.js';
import { Metrics } from './http/metrics.js';
import { createAddRoute } from './http/route.js';
import { closeServer, createServer } from './http/server.js';
import type { Caller } from './keys/caller.js';
import { KeyStore, type NewKey } from './keys/key-store.js';
import { addKeyRoutes, linkTo } from './keys/routes.js';
import { SessionStore } from './keys/session-store.js';
import { Retention } from './operations/retention.js';
import { addOperationRoutes } from './operations/routes.js';
import { type ControlplaneOptions, resolveControlplaneOptions } from './options.js';
import { PolicyStore } from './policies/policy-store.js';
import { addPolicyRoutes } from './policies/routes.js';
import { ServerStore } from './servers/server-store.js';
import { addServerRoutes } from './servers/routes.js';
import { ToolPins } from './servers/tool-pins.js';
import { openStore } from './store/open-store.js';
import type { StoreEvent } from './store/store-event.js';
import { followStore } from './stream/follow-store.js';
import { StreamHub } from './stream/hub.js';
import { addStreamRoute } from './stream/routes.js';
import { Untiring } from './stream/untiring.js';

/** Where a controlplane that was started is to be found. */
export interface StartedControlplane {
  /** Its address, with the port it got. */
  readonly url: string;
  /** Logs the first administrator in, once; undefined where somebody can get in already. */
  readonly adminLink: string | undefined;
}

/** A controlplane in this process. */
export interface Controlplane {
  /** Binds the port. Rejects where it is taken. */
  start(): Promise<StartedControlplane>;
  /** Takes no more requests, lets those that run end, ends streams, and closes the database. May be called twice. */
  stop(): Promise<void>;
  /** Makes a key without asking over HTTP: for whoever embeds the service. */
  createKey(name: string, role: Role): Promise<NewKey>;
}

/**
 * Opens the database, brings it up to date, loads the policies and makes the service.
 *
 * @throws ConfigError for options that cannot be right and a database that cannot be opened.
 */
export async function createControlplane(options: ControlplaneOptions = {}): Promise<Controlplane> {
  const resolved = resolveControlplaneOptions(options, process.env);
  const { databaseUrl, host, port, publicUrl, logLevel, clock } = resolved;
  const metrics = new Metrics();
  const app = await createServer({ logLevel, metrics, trustProxy: resolved.trustProxy });
  const failures = new Failures({
    points: MOST_FAILURES,
    seconds: WINDOW_SECONDS,
    redisUrl: resolved.redisUrl,
    log: (message) => app.log.warn(message),
  });
  const record = new AuditLogger(
    {
      url: resolved.auditUrl,
      keyFile: resolved.auditKeyFile,
      required: true,
      worker: resolved.auditThread,
      retention: { maxAgeMs: resolved.auditMaxAgeMs },
    },
    { clock },
  );
  const store = await openStore(databaseUrl, clock, (message) => app.log.warn(message));
  const [keys, sessions] = [new KeyStore(store, clock), new SessionStore(store, clock)];
  const credentials = { keys, sessions, attempts: new Attempts(failures) };
  const [policies, documents] = [new PolicyStore(store, clock), new DocumentStore(store, clock)];
  const [servers, approvals] = [new ServerStore(store, clock), new SqlApprovalStore(store)];
  const intake = new Intake(store, record, clock);
  const fleet = new Fleet(store, clock);
  const inbox = new Inbox(store, approvals, servers, fleet, clock);
  const retention = new Retention(store, record, clock, resolved);
  const hub = new StreamHub(clock);
  let isStopping = false;

  const address = (): string => publicUrl ?? `http://${hostOf(host)}:${(app.server.address() as AddressInfo).port}`;
  const add = createAddRoute(app, (request, endpoint) => authenticate(request, endpoint, credentials));
  addPolicyRoutes(add, policies, fleet, clock);
  addDecisionRoutes(add, fleet, clock);
  addStreamRoute(add, hub, fleet);
  addDocumentRoutes(add, documents, store, fleet);
  addServerRoutes(add, servers, new ToolPins(store, clock), fleet);
  addApprovalRoutes(add, inbox, fleet, clock);
  addAuditRoutes(add, record, intake);
  addPreviewRoute(add, fleet, record);
  addKeyRoutes(add, credentials, address);
  addOperationRoutes(add, { store, fleet, metrics, version: version(), isStopping: () => isStopping });
  metrics.gauge('revision', 'The revision of the policies in force.', () => fleet.state.snapshot.revision);
  metrics.gauge('stream_subscribers', 'Clients that follow the stream.', () => hub.size);

  const isValid = async ({ session, keyId }: Caller): Promise<boolean> =>
    session === null ? keys.isValid(keyId ?? '') : (await sessions.find(session)) !== undefined;
  const announce = async (id: string): Promise<void> => {
    const told = await approvals.summary(id);
    if (told === undefined) return;
    const { summary, askedBy } = told;
    hub.publish('approval', summary, (caller) => maySee({ askedBy }, caller));
  };
  const dropRevoked = new Untiring(clock, () => hub.dropRevoked(isValid));
  const unfollow = followStore(store, fleet, clock, {
    onRevision: (revision) => hub.publish('revision', { revision }),
    onEvent: (event: StoreEvent) => {
      if (event.kind === 'approval') announce(event.id).catch(() => undefined);
      if (event.kind === 'audit') hub.publish('audit', { id: event.id }, ({ role }) => READERS.includes(role));
      if (event.kind === 'keys' || event.kind === 'resync') dropRevoked.now();
    },
    log: (message) => app.log.error(message),
  });
  let stopping: Promise<void> | undefined;
  const stop = async (): Promise<void> => {
    isStopping = true;
    inbox.close();
    retention.stop();
    hub.close();
    dropRevoked.stop();
    await closeServer(app);
    unfollow();
    await record.close().finally(() => store.close());
  };
  try {
    await fleet.refresh();
    await intake.catchUp();
    await store.listen();
  } catch (fault) {
    await stop();
    throw fault;
  }

  return {
    start: async () => {
      await app.listen({ host, port });
      inbox.start();
      retention.start((message) => app.log.error(message));
      const isFirst = !(await keys.hasAdmin()) && !(await sessions.wasEverUsed());
      const link = isFirst ? await sessions.createFirstLink() : undefined;
      return { url: address(), adminLink: link && linkTo(address(), link.token) };
    },
    stop: () => (stopping ??= stop()),
    createKey: (name, role) => keys.create(name, role, 'this process'),
  };
}

/** An IPv6 address stands in brackets in an address; what binds everything is reached here by the loopback. */
function hostOf(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1';
  return host.includes(':') ? `[${host}]` : host;
}

/** The version in our package.json, two folders up from the sources and from the built files alike. */
function version(): string {
  const manifest = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(manifest) as { version: string }).version;
}
