import type { Locate } from '../../policy/loading/problems.js';
import { Policy } from '../../policy/policy.js';
import { PolicyDocumentError, type PolicyProblem } from '../../policy/policy-document-error.js';
import { runAtOnce } from '../../policy/run-slices.js';
import { parseText } from '../../policy/yaml/parse-text.js';
import { readPolicyFile } from '../../policy/yaml/read-policy-file.js';
import { UsageError } from '../command.js';
import { harmless } from '../scan/harmless.js';
import { writeExcerpt } from './excerpt.js';
import { UnusableInput } from './unusable-input.js';

/** A policy with the text it was read from. */
export interface ReadPolicy {
  readonly file: string;
  readonly text: string;
  readonly policy: Policy;
  /** Finds places of the document in the text. */
  readonly locate: Locate;
}

/**
 * The one file that a command is about.
 *
 * @throws UsageError where none or several are named.
 */
export function onlyFile(words: readonly string[]): string {
  const [file] = words;
  if (file === undefined) throw new UsageError('no policy was named: give its file');
  if (words.length > 1) throw new UsageError('one policy at a time');
  return file;
}

/**
 * Reads a policy that has to be valid.
 *
 * @throws UnusableInput with every problem and its line.
 */
export function readPolicy(file: string): ReadPolicy {
  const text = readPolicyText(file);
  try {
    return parsePolicy(file, text);
  } catch (fault) {
    if (!(fault instanceof PolicyDocumentError)) throw fault;
    throw new UnusableInput(writeProblems(file, text, fault.problems).trimEnd(), { cause: fault });
  }
}

/**
 * Reads a policy out of a text.
 *
 * @throws PolicyDocumentError for what is no policy.
 */
export function parsePolicy(file: string, text: string): ReadPolicy {
  const policy = Policy.parse(text, { source: file });
  return { file, text, policy, locate: runAtOnce(parseText(text, file)).locate };
}

/**
 * The text of a policy file.
 *
 * @throws UnusableInput where it cannot be read.
 */
export function readPolicyText(file: string): string {
  try {
    return readPolicyFile(file);
  } catch (fault) {
    if (!(fault instanceof PolicyDocumentError)) throw fault;
    throw new UnusableInput(`${harmless(file)}: ${fault.problems[0]?.message ?? 'cannot be read'}`, { cause: fault });
  }
}

/** Problems as lines, each with what stands at its place and a caret below it. */
export function writeProblems(file: string, text: string, problems: readonly PolicyProblem[]): string {
  return problems
    .map(({ line, column, path, message }) => {
      const head = [`${file}:${line}:${column}`, path, message].filter(Boolean).join(': ');
      return `${harmless(head)}\n${writeExcerpt(text, line, column)}`;
    })
    .join('');
}
