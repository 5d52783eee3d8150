/** What a key or a session may do: `agent` for doors; the others for people, each with what stands before it. */
export const ROLES = ['agent', 'viewer', 'approver', 'editor', 'admin'] as const;

/** A role. */
export type Role = (typeof ROLES)[number];

/** Doors, and whoever tries out what doors do. */
export const DOORS: readonly Role[] = ['agent', 'admin'];
/** Whoever has a key. */
export const ANYBODY: readonly Role[] = ROLES;
/** People who may look. */
export const READERS: readonly Role[] = ['viewer', 'approver', 'editor', 'admin'];
/** People who may decide on calls. */
export const APPROVERS: readonly Role[] = ['approver', 'editor', 'admin'];
/** People who may change what decides. */
export const EDITORS: readonly Role[] = ['editor', 'admin'];
/** People who may hand out keys. */
export const ADMINS: readonly Role[] = ['admin'];
