import { canonicalHash } from './canonical-hash.js';

/**
 * The fingerprint of a definition: equal for definitions that differ by the order of their members alone.
 *
 * Approvals are bound by it to the tool as it is listed, and pins keep it of what is pinned.
 *
 * @param defined - Of JSON values, of a depth that the caller has bounded; undefined where there is no definition.
 * @returns SHA-256 in hex over canonical JSON (RFC 8785).
 */
export function definitionFingerprint(defined: unknown): string {
  return canonicalHash(defined ?? null);
}
