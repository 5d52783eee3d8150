import type { Locate } from '../loading/problems.js';
import { PolicyDocumentError } from '../policy-document-error.js';
import { composeDocument } from './compose-document.js';
import { convertDocument } from './convert-document.js';
import { locateIn } from './locate.js';
import { type DocumentWords, YamlProblems } from './yaml-problems.js';

/** The largest text that is read. */
export const MAX_BYTES = 4 * 1024 * 1024;
/** Rules that a text may hold; objects may hold more. */
const MAX_RULES = 10_000;

/** What a text says, and where in it. */
export interface ParsedText {
  readonly value: unknown;
  readonly locate: Locate;
}

/**
 * Parses YAML 1.2 (and with it JSON) in slices: whoever drives the generator may let others run between two of them.
 *
 * @param words - What the document is called. Default: a policy.
 * @throws PolicyDocumentError for what is no single, plain, bounded document.
 */
export function* parseText(text: string, source: string, words?: DocumentWords): Generator<undefined, ParsedText> {
  if (Buffer.byteLength(text) > MAX_BYTES) throw tooLarge(source);
  const problems = new YamlProblems(source, words);
  const document = yield* composeDocument(text, problems);
  problems.throwIfAny();
  const converted = yield* convertDocument(document, problems);
  const { value } = converted;
  const rules: unknown = (value as { rules?: unknown } | null)?.rules;
  const locate = locateIn(document, converted.targets, problems.lines);
  if (Array.isArray(rules) && rules.length > MAX_RULES) {
    const message = `a document may hold ${MAX_RULES} rules: this one holds ${rules.length}`;
    throw new PolicyDocumentError(source, [{ ...locate(['rules', MAX_RULES], 'value'), path: 'rules', message }]);
  }
  problems.throwIfAny();
  return { value, locate };
}

/** The error for a text that is not even read. */
export function tooLarge(source: string): PolicyDocumentError {
  const message = `is larger than ${MAX_BYTES / 1024 / 1024} MiB, the most that is read: split it`;
  return new PolicyDocumentError(source, [{ line: 1, column: 1, path: '', message }]);
}
