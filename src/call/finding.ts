/** What kind of thing a finding is about. */
export type FindingCategory = 'pii' | 'secret' | 'text';

/** A detector's match: what it is and where it stands, never the value itself. */
export interface Finding {
  /** What was found, in lower snake case (`ssn`, `aws_key`). */
  readonly type: string;
  readonly category: FindingCategory;
  /** Offset of the first character in the scanned text, in UTF-16 units. */
  readonly start: number;
  /** Offset behind the last character, in UTF-16 units. */
  readonly end: number;
  /** How sure the detector is, from 0 to 1. */
  readonly confidence: number;
  /** Where the text stood in a value, as a JSON path (`$.content[0].text`); absent for a text by itself. */
  readonly path?: string;
}

/** What is done about a finding, from lax to strict. */
export const FINDING_ACTIONS = ['allow', 'warn', 'redact', 'block'] as const;

/** What is done about a finding of one type. */
export type FindingAction = (typeof FINDING_ACTIONS)[number];

/** Where a text was found: on its way to the tool, or on its way back. */
export type Direction = 'input' | 'output';

/** What a scanner may know about a text besides the text. */
export interface ScanContext {
  /** JSON path of the text in the value. */
  readonly path: string;
  readonly direction: Direction;
  readonly tool: string;
}

/**
 * Anything that finds what must not leave.
 *
 * It is called once for each text of a value. A throw, a rejection or an answer after `scanTimeoutMs` is a failure of
 * governance and subject to `failOpen`; the deadline can only bind a scanner that returns a promise.
 */
export interface PIIScanner {
  scan(text: string, context?: ScanContext): readonly Finding[] | Promise<readonly Finding[]>;
}
