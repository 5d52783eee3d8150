import type { DecisionMode } from '../config/options.js';
import type { ResolvedConnection } from '../config/resolve-connection.js';
import type { BreakerState } from './breaker.js';
import { ConnectionFault } from './connection-fault.js';
import type { SnapshotStatus } from './snapshot-layer.js';

/** How the connection to a controlplane is. */
export interface ConnectionStatus {
  /** The address of the controlplane. */
  readonly apiUrl: string;
  readonly decisionMode: DecisionMode;
  /**
   * `starting`: there was no answer yet; `connected`: the last attempt went well; `refused`: the key is not accepted;
   * `unreachable`: the last attempt failed for another reason.
   */
  readonly state: 'starting' | 'connected' | 'refused' | 'unreachable';
  /** Why the last attempt failed, in words; undefined where it did not. */
  readonly fault: string | undefined;
  /** The policies in force; undefined where there are none, and with `decisionMode: 'check'`. */
  readonly snapshot:
    | {
        readonly revision: number;
        /** `disk`: kept by an earlier process, because the controlplane was away. */
        readonly source: 'controlplane' | 'disk';
        /** Milliseconds since they were last known to be current. */
        readonly ageMs: number;
      }
    | undefined;
  /** Whether calls are asked about, with `decisionMode: 'check'`: all, none for a while, or one to see. */
  readonly breaker: BreakerState | undefined;
  /** Why audit events could not be delivered last, in words: they wait on disk. Undefined where they could. */
  readonly auditFault: string | undefined;
}

/** Describes a connection; the texts are ours and hold no key. */
export function describeConnection({
  connection: { apiUrl, decisionMode },
  snapshot,
  ageMs = 0,
  breaker,
  fault,
  auditFault,
}: {
  readonly connection: ResolvedConnection;
  readonly snapshot: SnapshotStatus | undefined;
  readonly ageMs: number | undefined;
  readonly breaker: BreakerState | undefined;
  readonly fault: ConnectionFault | undefined;
  readonly auditFault: unknown;
}): ConnectionStatus {
  return {
    apiUrl,
    decisionMode,
    state: fault === undefined ? stateOf(decisionMode, snapshot) : fault.kind === 'refused' ? 'refused' : 'unreachable',
    fault: fault?.message,
    snapshot: snapshot && { revision: snapshot.revision, source: snapshot.source, ageMs },
    breaker,
    auditFault: auditFault === undefined ? undefined : wordsOf(auditFault),
  };
}

function stateOf(mode: DecisionMode, snapshot: SnapshotStatus | undefined): ConnectionStatus['state'] {
  return mode === 'check' || snapshot?.source === 'controlplane' ? 'connected' : 'starting';
}

function wordsOf(fault: unknown): string {
  return fault instanceof ConnectionFault || (fault instanceof Error && fault.name === 'AuditError')
    ? fault.message
    : 'the audit events on their way cannot be read';
}
