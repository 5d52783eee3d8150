import process from 'node:process';
import type { AuditEvent, Sink } from '../../audit/audit-event.js';
import type { Middleware } from '../../call/host-request.js';

/** What a server of the demo tells its parent, beside the protocol: what was recorded, and what reached a tool. */
export type Report =
  { readonly kind: 'recorded'; readonly event: AuditEvent } | { readonly kind: 'reached'; readonly tool: string };

/** Tells the parent process; nobody, where there is none. */
function tell(report: Report): void {
  process.send?.(report);
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
