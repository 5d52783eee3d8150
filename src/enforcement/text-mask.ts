import type { Finding, PIIScanner } from '../call/finding.js';
import type { JsonObject } from '../call/json.js';
import { redactText, redactValue } from '../pii/redact.js';
import { RegexPIIScanner } from '../pii/regex-pii-scanner.js';
import { scanValue } from '../pii/scan-value.js';

const MOST_KNOWN = 2_000;
const LONGEST_KNOWN = 512;

/** What people and servers are called by: a record that tells them apart has to say it. */
const NAMES: ReadonlySet<string> = new Set(['email', 'ip_address']);

/**
 * Masks the short texts around a call that reach records, spans, metrics and logs: names, reasons, session ids.
 *
 * Arguments and results are scanned by their stages. These texts come past them: a caller chooses the name of the tool
 * and a decision point its reason, and either may hold what was sent. It is synchronous, so a scanner of the user's own
 * that is no `RegexPIIScanner` is not asked; the built-in one is.
 */
export class TextMask {
  readonly #scanner: RegexPIIScanner;
  /** Texts that stay as they are: what something was found in is not kept. */
  readonly #cleanTexts = new Set<string>();
  readonly #cleanNames = new Set<string>();

  constructor(scanner: PIIScanner | undefined) {
    this.#scanner = scanner instanceof RegexPIIScanner ? scanner : new RegexPIIScanner();
  }

  /** The text with a mark in place of every finding: a reason, a session id, the name of a tool. */
  text(text: string): string {
    return this.#masked(text, this.#cleanTexts, () => true);
  }

  /** The name of an agent, a user, an approver or a server: an address is what some are called by, and stays. */
  name(text: string): string {
    return this.#masked(text, this.#cleanNames, ({ type }) => !NAMES.has(type));
  }

  /** A copy of arguments with a mark in place of every finding, for those that no scanner looked at. */
  value(args: JsonObject): JsonObject {
    const hits = scanValue(args, this.#scanner, { direction: 'input', tool: '' });
    // A scanner built on ours may answer later: nobody is then shown anything.
    if (hits instanceof Promise) throw new TypeError('the built-in scanner must answer at once');
    return redactValue(args, hits, () => true) as JsonObject;
  }

  /** A copy of a tool's definition with a mark in place of every secret. Hostile text stays: people are to see it. */
  definition(definition: JsonObject): JsonObject {
    const hits = scanValue(definition, this.#scanner, { direction: 'output', tool: '' });
    if (hits instanceof Promise) throw new TypeError('the built-in scanner must answer at once');
    return redactValue(definition, hits, ({ type, category }) => category !== 'text' && !NAMES.has(type)) as JsonObject;
  }

  #masked(text: string, clean: Set<string>, isMasked: (finding: Finding) => boolean): string {
    if (text === '' || clean.has(text)) return text;
    const findings = this.#scanner.scan(text).filter(isMasked);
    if (findings.length > 0) return redactText(text, findings);
    if (text.length > LONGEST_KNOWN) return text;
    if (clean.size >= MOST_KNOWN) clean.clear();
    clean.add(text);
    return text;
  }
}
