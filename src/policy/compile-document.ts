import { createHash } from 'node:crypto';
import { canonicalJson } from '../call/canonical-json.js';
import type { CompiledRule } from './compiled-rule.js';
import type { PolicyDocument } from './document.js';
import { DocumentEngine, isMandatory } from './document-engine.js';
import { type Locate, Problems } from './loading/problems.js';
import { readDocument } from './loading/read-document.js';
import { RuleIndex } from './matching/rule-index.js';

const SLICE = 64;

/**
 * Reads and compiles a document in slices: whoever drives the generator may let others run between two of them.
 *
 * @throws PolicyDocumentError naming all that is wrong.
 */
export function* compileDocument(
  written: unknown,
  source: string,
  locate: Locate,
): Generator<undefined, DocumentEngine> {
  const problems = new Problems();
  const read = yield* readDocument(written, problems);
  problems.throwIfAny(source, locate);
  const { document, rules } = read as NonNullable<typeof read>;
  const revision = yield* hashDocument(document);
  const existing: CompiledRule[] = [];
  const [mandatory, ordinary] = [new RuleIndex(), new RuleIndex()];
  for (const rule of rules) {
    if (rule.position % SLICE === SLICE - 1) yield;
    if (rule.rule.enabled === false) continue;
    existing.push(rule);
    (isMandatory(rule) ? mandatory : ordinary).add(rule);
  }
  return new DocumentEngine({ document, revision, rules: existing, mandatory, ordinary });
}

/** The first 16 hex digits of SHA-256 over the canonical JSON of a document, hashed piece by piece. */
export function* hashDocument(document: PolicyDocument): Generator<undefined, string> {
  const hash = createHash('sha256');
  let separator = '{';
  for (const key of Object.keys(document).sort()) {
    hash.update(`${separator}${JSON.stringify(key)}:`);
    separator = ',';
    if (key === 'rules') yield* hashRules(document.rules, (text) => hash.update(text));
    else hash.update(canonicalJson(document[key as keyof PolicyDocument]));
  }
  return hash.update('}').digest('hex').slice(0, 16);
}

function* hashRules(rules: readonly object[], update: (text: string) => void): Generator<undefined> {
  update('[');
  for (let at = 0; at < rules.length; at += SLICE) {
    update(
      (at === 0 ? '' : ',') +
        rules
          .slice(at, at + SLICE)
          .map(canonicalJson)
          .join(','),
    );
    yield;
  }
  update(']');
}
