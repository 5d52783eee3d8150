/** What one process tells the others, and itself. */
export type StoreEvent =
  /** What decides has changed. */
  | { readonly kind: 'revision'; readonly revision: number }
  /** An approval request came in or took a step. */
  | { readonly kind: 'approval'; readonly id: string }
  /** A key or session was made or revoked. */
  | { readonly kind: 'keys' }
  /** An audit event was kept. */
  | { readonly kind: 'audit'; readonly id: string }
  /** Something may have been missed: look at everything again. */
  | { readonly kind: 'resync' };

/** Is told of events. */
export type StoreListener = (event: StoreEvent) => void;
