import type { JsonObject } from '../call/json.js';
import type { GovernanceError } from '../errors/governance-error.js';
import { RateLimitError } from '../errors/policy-violation-error.js';

/** How the text of every refusal begins. */
const PREAMBLE = 'Tool call blocked by policy: ';

/** The member of `_meta` in which a refusal says for programs what its text says for people. */
export const REFUSAL_META = 'mcp-governance/refusal';

/** Turns a refusal into an MCP error result: the form in which a model can read why and go on. */
export function toErrorResult(refusal: GovernanceError): JsonObject {
  const seconds = refusal instanceof RateLimitError ? { retryAfterSeconds: refusal.retryAfterSeconds } : {};
  return {
    content: [{ type: 'text', text: `${PREAMBLE}${refusal.message}` }],
    isError: true,
    _meta: { [REFUSAL_META]: { code: refusal.code, ...seconds } },
  };
}
