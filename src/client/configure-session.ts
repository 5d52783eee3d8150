import type { DecisionPoint } from '../call/decision.js';
import { type ResolvedSession, resolveSession, type SessionOptions } from '../config/session-options.js';
import { EnforcementPoint, type GovernanceInternals } from '../enforcement/enforcement-point.js';
import type { GovernanceStatus } from '../enforcement/governance-status.js';
import { toPrincipal } from '../enforcement/identify.js';
import { ConfigError } from '../errors/config-error.js';
import { log } from '../telemetry/log.js';
import { governTransports } from './govern-transport.js';
import { findHostClient } from './host-client.js';
import { initialOptions } from './init.js';
import { RedactedOutputs } from './redacted-outputs.js';
import { ClientSession } from './session.js';
import { TracedCalls } from './traced-calls.js';

/** What a governed client can do besides. */
export interface GovernedSession {
  /**
   * Puts another policy in force, for all calls from now on. Where `policy` was a file, it is no longer watched then.
   *
   * @throws ConfigError for anything that cannot decide, and where the session has no `governanceConfig`.
   */
  updatePolicy(policy: DecisionPoint): void;
  /** Resolves when every audit sink has kept what it was given. */
  flushAudit(): Promise<void>;
  /**
   * What decides at this moment, and how the connection to a controlplane is; undefined where the session has no
   * `governanceConfig`.
   */
  governanceStatus(): GovernanceStatus | undefined;
  /** Closes the audit sinks and the connection to a controlplane, and stops watching the policy file. */
  closeGovernance(): Promise<void>;
}

const configured = new WeakSet();

/**
 * Governs every tool call of a client of the MCP SDK (1.x or 2.x), whichever of its methods makes it, and everything
 * that comes back; also after the client was connected anew.
 *
 * Without `governanceConfig`, calls are traced and nothing is checked. A refused call throws a `PolicyViolationError`,
 * or comes to an error result with `blockMode: 'error_result'`.
 *
 * @param client - A connected client.
 * @returns The same client, with `updatePolicy` and `flushAudit`.
 * @throws ConfigError for a client that is not connected or was configured before, for anything that is no client, and
 *   where an option, an environment variable or the policy file cannot be right. Nothing is governed then.
 */
export function configureSession<T extends object>(
  client: T,
  options: SessionOptions = {},
  internals: GovernanceInternals = {},
): T & GovernedSession {
  const session = resolveSession(options, internals.env, initialOptions());
  const host = findHostClient(client);
  if (configured.has(client)) {
    throw new ConfigError(
      'configureSession: this client was configured before. To change its policy, use updatePolicy.',
    );
  }
  const point = createPoint(session, internals);
  const { principal, blockMode = 'raise' } = session.governance ?? {};
  const outputs = new RedactedOutputs();
  governTransports(
    host,
    new ClientSession({
      client: host,
      point: point ?? new TracedCalls(session.serverName),
      blockMode,
      principal: toPrincipal(principal ?? {}),
      outputs,
    }),
  );
  outputs.attach(host);
  configured.add(client);
  return Object.assign(client, {
    updatePolicy: (policy: DecisionPoint) => {
      if (point === undefined)
        throw new ConfigError('updatePolicy: the session has no governanceConfig and checks nothing.');
      point.updatePolicy(policy);
    },
    flushAudit: async () => point?.flush(),
    governanceStatus: () => point?.status(),
    closeGovernance: async () => point?.close(),
  });
}

function createPoint(
  { governance, serverName }: ResolvedSession,
  internals: GovernanceInternals,
): EnforcementPoint | undefined {
  if (governance !== undefined) {
    const { options, unscanned } = governance;
    return new EnforcementPoint(options, internals, {
      side: 'client',
      manyServers: false,
      namesServer: true,
      unscanned,
    });
  }
  log(
    'info',
    `calls of ${serverName ?? 'a client'} are traced and not checked: configureSession got no governanceConfig`,
  );
  return undefined;
}
