import type { ApprovalHandler } from '../approval/approval.js';
import type { Direction } from '../call/finding.js';
import type { Side } from '../telemetry/call-telemetry.js';

/** What a door is, and how it differs from the others. */
export interface DoorOptions {
  /** Which side of the call it stands on. */
  readonly side: Side;
  /** True where one door stands before many servers, and each call names its own. */
  readonly manyServers: boolean;
  /** True: spans name the server, and policy ids have a segment for it even where it has no name (`mcp::{tool}`). */
  readonly namesServer?: boolean;
  /** Who is asked about reviews where the options name nobody. Default: the inbox of the controlplane, if there is one. */
  readonly reviewer?: ApprovalHandler;
  /** What is not scanned here, whatever is said of a tool. Default: everything is. */
  readonly unscanned?: Readonly<Record<Direction, boolean>>;
}
