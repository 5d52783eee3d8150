import type { CallToolContext } from '../call/host-request.js';
import type { CallRun } from '../pipeline/call-run.js';
import type { CallSpan } from '../telemetry/call-telemetry.js';

/** What a tool runs under. */
export interface RunningContext extends CallToolContext {
  /** So that what the call sends ahead of its result finds its way into the record. */
  readonly run?: CallRun;
  /** So that what the call asks of others belongs to its trace. */
  readonly span?: CallSpan;
}
