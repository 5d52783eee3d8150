import type { Decision, DecisionPoint } from '../call/decision.js';
import type { ToolCall } from '../call/tool-call.js';
import type { ToolGovernanceConfig } from '../config/options.js';
import { ConfigError } from '../errors/config-error.js';
import { compileDocument } from './compile-document.js';
import { noOpinion } from './decisions.js';
import type { PolicyDocument, PolicyRule } from './document.js';
import { DocumentEngine } from './document-engine.js';
import type { PolicyEngine } from './engine.js';
import type { Explanation } from './explanation.js';
import { NOWHERE } from './loading/problems.js';
import { mergeDocuments } from './merge-documents.js';
import { runAtOnce, runInSlices } from './run-slices.js';
import { type PolicyCall, type Subject, subjectOf, toSubject } from './subject.js';
import { parseText } from './yaml/parse-text.js';
import { readPolicyFile } from './yaml/read-policy-file.js';

/** A decision, and on request how it came about. */
export interface ExplainedDecision extends Decision {
  readonly explanation?: Explanation;
}

/** What errors call a document that came from no file. */
export interface SourceOptions {
  readonly source?: string;
}

const NO_SOURCE = 'policy';

/**
 * A policy: decides calls by the rules of a document.
 *
 * Made by `fromYaml`, `parse`, `from` or `load`, which check the whole document; it cannot be changed afterwards.
 */
export class Policy implements DecisionPoint {
  readonly #engine: PolicyEngine;
  readonly #undecided: Decision;

  /** Policies are made by `fromYaml`, `parse`, `from` and `load`; this is for what compiles documents. */
  constructor(engine: PolicyEngine) {
    this.#engine = engine;
    this.#undecided = noOpinion({ policyId: engine.name, revision: engine.revision });
  }

  /**
   * Reads a YAML or JSON file.
   *
   * @throws PolicyDocumentError with line and column of everything that is wrong.
   */
  static fromYaml(path: string): Policy {
    return Policy.parse(readPolicyFile(path), { source: path });
  }

  /** Reads a text in YAML or JSON, as {@link Policy.fromYaml} does. */
  static parse(text: string, { source = NO_SOURCE }: SourceOptions = {}): Policy {
    const { value, locate } = runAtOnce(parseText(text, source));
    return new Policy(runAtOnce(compileDocument(value, source, locate)));
  }

  /** Reads a document that is an object; both spellings may be used. */
  static from(document: object, { source = NO_SOURCE }: SourceOptions = {}): Policy {
    return new Policy(runAtOnce(compileDocument(document, source, NOWHERE)));
  }

  /** Reads a text or an object without keeping others waiting: the work is done in slices of about a millisecond. */
  static async load(input: string | object, options: SourceOptions = {}): Promise<Policy> {
    const { source = NO_SOURCE } = options;
    if (typeof input !== 'string') return new Policy(await runInSlices(compileDocument(input, source, NOWHERE)));
    const { value, locate } = await runInSlices(parseText(input, source));
    return new Policy(await runInSlices(compileDocument(value, source, locate)));
  }

  /** The document's name. */
  get name(): string | undefined {
    return this.#engine.name;
  }

  /** Changes with every change of what the document says: the first 16 hex digits of a SHA-256. */
  get revision(): string {
    return this.#engine.revision;
  }

  /** The rules in their canonical words, in order; frozen. Rules that are not enabled are among them. */
  get rules(): readonly PolicyRule[] {
    return this.#engine.rules;
  }

  /** The whole document in its canonical words; frozen. A flattened hierarchy has none. */
  get document(): PolicyDocument {
    if (this.#engine instanceof DocumentEngine) return this.#engine.document;
    throw new ConfigError('A flattened hierarchy has no document of its own: ask its layers for theirs.');
  }

  /** What decides; for those that put policies together. */
  get engine(): PolicyEngine {
    return this.#engine;
  }

  /** Decides a call that was written by hand; with `explain`, says everything that was tried. */
  evaluate(call: PolicyCall, { explain = false }: { readonly explain?: boolean } = {}): ExplainedDecision {
    const subject = toSubject(call);
    const decision = this.#decide(subject);
    return explain ? { ...decision, explanation: { steps: this.#engine.explain(subject) } } : decision;
  }

  /** Decides a governed call as of `now`, in milliseconds since 1970. */
  decide(call: ToolCall, now = Date.now()): Decision {
    return this.#decide(subjectOf(call, now));
  }

  /** As {@link Policy.decide}; undefined where nothing of the policy is about the call. */
  opinion(call: ToolCall, now = Date.now()): Decision | undefined {
    return this.#engine.opinion(subjectOf(call, now));
  }

  /**
   * This document and another one as one: these rules first, then the other's.
   *
   * Defaults, and entries of `tools` and `settings`, are this document's; the other's count where this one has none.
   */
  merge(other: Policy): Policy {
    return Policy.from(mergeDocuments(this.document, other.document), { source: 'merged policy' });
  }

  /** All `settings`, of whatever tools. */
  get settings(): readonly ToolGovernanceConfig[] {
    return this.#engine.settings;
  }

  /** What the document's `settings` say of a tool; all that match apply, the strictest field by field. */
  settingsFor(server: string, tool: string): readonly ToolGovernanceConfig[] {
    return this.#engine.settingsFor(server, tool);
  }

  #decide(subject: Subject): Decision {
    return this.#engine.opinion(subject) ?? this.#undecided;
  }
}
