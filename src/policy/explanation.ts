/** When in a document something is tried. */
export type Phase = 'mandatory' | 'tool' | 'rules' | 'server' | 'defaults';

/** One rule, or entry of the table, that was tried. */
export interface ExplanationStep {
  /** The layer, where policies are layered. */
  readonly layer?: string;
  /**
   * `mandatory`: rules that are mandatory or final; `tool`: the tool's own entry in `tools`; `rules`: all other rules;
   * `server`: the entries for `*`; `defaults`.
   */
  readonly phase: Phase;
  /** The rule's name, or `<tools>`, or `<default>`. */
  readonly rule: string;
  readonly matched: boolean;
  /** Why it did not match, or matched though something could not be evaluated. No text holds a value of the call. */
  readonly reasons: readonly string[];
}

/** How a decision came about. */
export interface Explanation {
  readonly steps: readonly ExplanationStep[];
}
