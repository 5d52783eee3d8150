/** Everything that lint looks for. */
export const LINT_CODES = [
  'missing-default',
  'match-everything',
  'unreachable',
  'shadowed',
  'contradictory',
  'unknown-tool',
  'type-mismatch',
  'evadable-string',
] as const;

/** What kind of finding it is. */
export type LintCode = (typeof LINT_CODES)[number];

/** Something in a valid policy that is hardly meant so. */
export interface LintFinding {
  readonly code: LintCode;
  /** Where in the document: keys and indexes from its top. */
  readonly steps: readonly (string | number)[];
  /** What is the matter, and why that is certain. */
  readonly message: string;
  /** What to write instead. */
  readonly fix: string;
}
