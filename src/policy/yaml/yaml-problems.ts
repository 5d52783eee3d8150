import { LineCounter } from 'yaml';
import { PolicyDocumentError, type PolicyProblem } from '../policy-document-error.js';

const MOST = 50;

/** What to do about errors that people make often; for the rest the parser's own text has to do. */
const HINTS: Readonly<Record<string, string>> = {
  TAB_AS_INDENT: 'Indent with blanks.',
  BAD_ALIAS: 'A text that begins with * has to be in quotes.',
  BAD_SCALAR_START: 'A text that begins with this sign has to be in quotes.',
  BAD_DQ_ESCAPE: "In double quotes a backslash is written twice; or write the text in 'single quotes'.",
  BLOCK_AS_IMPLICIT_KEY: "Put a text that holds ': ' in quotes.",
  UNEXPECTED_TOKEN: 'A text that holds signs of YAML, such as [ or {, has to be in quotes.',
  BAD_INDENT: 'Lines of one list or mapping begin in the same column.',
  MISSING_CHAR: 'Look for a quote, a bracket or a blank after : that is missing.',
  MULTILINE_IMPLICIT_KEY: "Look for a ':' that is missing.",
};

/** An error as the parser reports it. */
interface SyntaxProblem {
  readonly code: string;
  readonly message: string;
  readonly pos: readonly [number, number];
}

/** What a document is, in texts about it. */
export interface DocumentWords {
  /** `policy`, as in "a file holds one policy". */
  readonly noun: string;
  /** What to write into an empty one. */
  readonly contents: string;
}

const OF_POLICIES: DocumentWords = { noun: 'policy', contents: 'rules, tools or defaults' };

/** Gathers what is wrong with a text as YAML. */
export class YamlProblems {
  readonly lines = new LineCounter();
  readonly #found: PolicyProblem[] = [];
  #count = 0;

  constructor(
    private readonly source: string,
    readonly words: DocumentWords = OF_POLICIES,
  ) {}

  /** Something is wrong at an offset. */
  add(offset: number, message: string): void {
    this.#count++;
    const { line, col } = this.lines.linePos(offset);
    const { line: atLine, column } = { line: Math.max(1, line), column: Math.max(1, col) };
    if (this.#found.length < MOST) this.#found.push({ line: atLine, column, path: '', message });
  }

  /** Adds what the parser found. */
  addErrors(errors: readonly SyntaxProblem[]): void {
    for (const { pos, code, message } of errors) {
      const deep = message.includes('call stack');
      const hint = deep ? undefined : HINTS[code];
      const text = deep ? 'is nested too deeply' : `${lowerFirst(message)}${hint === undefined ? '' : `. ${hint}`}`;
      this.add(pos[0], text);
    }
  }

  /**
   * Ends the reading of a text in which anything was wrong.
   *
   * @throws PolicyDocumentError with all of it.
   */
  throwIfAny(): void {
    if (this.#count === 0) return;
    const sorted = [...this.#found].sort((a, b) => a.line - b.line || a.column - b.column);
    throw new PolicyDocumentError(this.source, sorted, this.#count - sorted.length);
  }
}

function lowerFirst(message: string): string {
  return `${message.slice(0, 1).toLowerCase()}${message.slice(1)}`;
}
