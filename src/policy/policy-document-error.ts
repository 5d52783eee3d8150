import { ConfigError } from '../errors/config-error.js';

/** One thing that is wrong with a policy document. */
export interface PolicyProblem {
  /** Counted from 1; 0 where the document was no text but an object. */
  readonly line: number;
  /** Counted from 1, in UTF-16 units; 0 where the document was no text but an object. */
  readonly column: number;
  /** Where in the document: `rules[3].match.tol`; empty for the document as a whole. */
  readonly path: string;
  /** What is wrong and what to write instead. */
  readonly message: string;
}

/** A policy document cannot be used; nothing of it is in force. */
export class PolicyDocumentError extends ConfigError {
  /** The file, or the name that was given for it. */
  readonly source: string;
  /** Everything that is wrong, by place; at most 50. */
  readonly problems: readonly PolicyProblem[];

  constructor(source: string, problems: readonly PolicyProblem[], more = 0, cause?: unknown) {
    const first = problems[0];
    const others = problems.length - 1 + more;
    const rest = others > 0 ? ` (and ${others} more)` : '';
    super(
      `${first === undefined ? source : toLine(source, first)}${rest}`,
      cause === undefined ? undefined : { cause },
    );
    this.source = source;
    this.problems = Object.freeze([...problems]);
  }
}

/** One problem as one line: `policy.yaml:12:5: rules[3].match.tol: unknown key 'tol'. Did you mean 'tool'?`. */
export function toLine(source: string, problem: PolicyProblem): string {
  const { line, column, path, message } = problem;
  return [line > 0 ? `${source}:${line}:${column}` : source, path, message].filter(Boolean).join(': ');
}
