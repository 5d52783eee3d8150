import process from 'node:process';
import type { AuditEvent, Sink } from '../../audit/audit-event.js';
import type { Middleware } from '../../call/host-request.js';
import type { GovernanceMiddleware } from '../../index.js';

/** What a server of the demo tells its parent, beside the protocol. */
export type Report =
  | { readonly kind: 'recorded'; readonly event: AuditEvent }
  | { readonly kind: 'reached'; readonly tool: string }
  /** The policies of the controlplane that are in force from now on. */
  | { readonly kind: 'revision'; readonly revision: number };

const LOOK_MS = 2;

/** Tells the parent process; nobody, where there is none. */
function tell(report: Report): void {
  // A parent that is gone does not listen, and is noticed elsewhere.
  if (process.connected) process.send?.(report);
}

/** Sends every audit event to the parent process. */
export const reportingSink: Sink = {
  write: (event) => {
    tell({ kind: 'recorded', event });
  },
};

/** Stands between governance and the tools, and tells the parent process what reaches them. */
export const reportingMiddleware: Middleware = {
  onCallTool: (context, next) => {
    tell({ kind: 'reached', tool: context.tool });
    return next(context);
  },
};

/** Tells the parent process which policies are in force, as soon as other ones are. */
export function reportRevisions(governance: Pick<GovernanceMiddleware, 'status'>): void {
  let told: number | undefined;
  const look = (): void => {
    const revision = governance.status().connection?.snapshot?.revision;
    if (revision === undefined || revision === told) return;
    told = revision;
    tell({ kind: 'revision', revision });
  };
  setInterval(look, LOOK_MS).unref();
}
