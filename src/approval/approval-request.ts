import type { Risk } from '../call/action.js';
import type { JsonObject } from '../call/json.js';
import type { Principal } from '../call/tool-call.js';

/** Every state of a recorded approval request. */
export const APPROVAL_STATES = ['pending', 'approved', 'denied', 'expired', 'withdrawn', 'consumed', 'lapsed'] as const;

/**
 * Where an approval request stands.
 *
 * `pending -> approved | denied | expired | withdrawn`, and `approved -> consumed | lapsed`: the call ran once, or
 * nobody ran it in time. All others are final.
 */
export type ApprovalState = (typeof APPROVAL_STATES)[number];

const NEXT: Readonly<Record<ApprovalState, readonly ApprovalState[]>> = {
  pending: ['approved', 'denied', 'expired', 'withdrawn'],
  approved: ['consumed', 'lapsed'],
  denied: [],
  expired: [],
  withdrawn: [],
  consumed: [],
  lapsed: [],
};

/** True for a step that the states of an approval request know. */
export function canFollow(from: ApprovalState, to: ApprovalState): boolean {
  return NEXT[from].includes(to);
}

/** True for a state that nothing follows. */
export function isFinalState(state: ApprovalState): boolean {
  return NEXT[state].length === 0;
}

/** Who asks: the names alone, for what else is known of somebody is no concern of an approver. */
export type Requester = Pick<Principal, 'agent' | 'user' | 'selfDeclared'>;

/** How long an approval may be used once it is given, in milliseconds. */
export const DEFAULT_USE_MS = 120_000;

/**
 * The question whether one call may run, and what became of it. Immutable: every step makes another record.
 *
 * It is kept, sent and shown, so a mark stands in it wherever a name or an argument holds a finding. What an approval is
 * good for is the `binding`, which was made of the call itself.
 */
export interface ApprovalRecord {
  /** A UUID of version 7. */
  readonly id: string;
  readonly state: ApprovalState;
  /** SHA-256, in hex, over what an approval is good for; see `bindingOf`. */
  readonly binding: string;
  readonly server: string;
  readonly tool: string;
  /** The arguments as they may be shown: with findings redacted. */
  readonly arguments: JsonObject;
  /** Who asks, and therefore may not approve. */
  readonly principal: Requester;
  /** Why a person has to decide. */
  readonly reason: string;
  readonly ruleName: string | undefined;
  readonly policyId: string | undefined;
  readonly risk: Risk | undefined;
  /** Who may approve; empty: anybody but the one who asks. */
  readonly approvers: readonly string[];
  /** When it was asked; this and all other times are in milliseconds since 1970. */
  readonly requestedAt: number;
  /** Until when somebody may decide. */
  readonly decideBy: number;
  /** How long the approval may be used once it is given, in milliseconds. */
  readonly useForMs: number;
  /** Until when the call may run; undefined as long as nobody approved. */
  readonly useBy: number | undefined;
  /** When the last step was taken; undefined while pending. */
  readonly settledAt: number | undefined;
  /** Who decided; empty where unknown or nobody did. */
  readonly approver: string;
}
