import type { FastMCP } from '../../fastmcp/index.js';
import type { GovernanceMiddleware } from '../../index.js';

/** A server of the demo, and what governs it. */
export interface GovernedServer {
  readonly server: FastMCP;
  readonly governance: GovernanceMiddleware;
}
