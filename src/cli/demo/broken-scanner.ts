import type { Finding, PIIScanner, ScanContext } from '../../call/finding.js';
import { RegexPIIScanner } from '../../pii/regex-pii-scanner.js';

/** The built-in scanner, but for one tool, where it fails as a scanner over a network might. */
export class BrokenScanner implements PIIScanner {
  readonly #inner = new RegexPIIScanner();
  readonly #brokenFor: string;

  constructor(brokenFor: string) {
    this.#brokenFor = brokenFor;
  }

  /** Finds what the built-in scanner finds, or throws. */
  scan(text: string, context?: ScanContext): readonly Finding[] {
    if (context?.tool === this.#brokenFor) throw new Error('the scanner is down');
    return this.#inner.scan(text);
  }
}
