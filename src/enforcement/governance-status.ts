import type { ConnectionStatus } from '../connection/connection-status.js';

/** What decides at this moment. */
export interface GovernanceStatus {
  readonly mode: 'standalone' | 'connected';
  /** The revision of the local policy; undefined where there is none, or it has no revisions. */
  readonly policyRevision: string | undefined;
  /** Whether calls pass where what decides cannot be asked. */
  readonly failOpen: boolean;
  /** How the connection to the controlplane is; undefined where there is none. */
  readonly connection: ConnectionStatus | undefined;
}
