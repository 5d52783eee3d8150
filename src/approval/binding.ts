import { createHmac, randomBytes } from 'node:crypto';
import { canonicalJson } from '../call/canonical-json.js';
import type { ToolCall } from '../call/tool-call.js';

/** Of this process. Without a key, whoever is shown masked arguments could try values until the binding fits. */
const KEY = randomBytes(32);

/** What of a call an approval is good for. */
export type BoundCall = Pick<ToolCall, 'principal' | 'server' | 'tool' | 'arguments'>;

/**
 * What an approval is good for, as one word: who calls, which tool of which server, with exactly these arguments, and
 * how the tool is defined.
 *
 * @param call - As it would run.
 * @param fingerprint - Of the tool's definition as its host has it at this moment; empty where the host has none.
 * @returns HMAC-SHA-256 in hex over canonical JSON (RFC 8785), under a key that this process made at its start.
 */
export function bindingOf(call: BoundCall, fingerprint: string): string {
  const { principal, server, tool, arguments: args } = call;
  const { agent, user } = principal;
  const bound = canonicalJson({ agent, user, server, tool, arguments: args, definition: fingerprint });
  return createHmac('sha256', KEY).update(bound).digest('hex');
}
