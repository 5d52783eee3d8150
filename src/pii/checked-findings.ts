import type { Finding, FindingCategory } from '../call/finding.js';

const CATEGORIES: readonly unknown[] = ['pii', 'secret', 'text'] satisfies FindingCategory[];

/**
 * What a scanner answered, once it is known to be a list of findings in a text of this length.
 *
 * Each finding is written anew with the known fields only: a scanner of somebody's own may have put the matched value
 * into another.
 *
 * @throws Error for anything else: an answer that cannot be read is a failure, never a clean text.
 */
export function checkedFindings(answer: unknown, length: number): readonly Finding[] {
  if (!Array.isArray(answer)) {
    throw notFindings();
  }
  const findings: Finding[] = [];
  // By index: `map` passes over what is missing in a list, and a list may bring a `map` of its own.
  for (let at = 0; at < answer.length; at += 1) {
    findings.push(checkedFinding(answer[at], length));
  }
  return findings;
}

function checkedFinding(entry: unknown, length: number): Finding {
  const { type, category, start, end, confidence } = (entry ?? {}) as Record<keyof Finding, unknown>;
  if (typeof type !== 'string' || type === '' || !isOffset(start, 0, length) || !isOffset(end, start, length)) {
    throw notFindings();
  }
  return {
    type,
    category: CATEGORIES.includes(category) ? (category as FindingCategory) : 'pii',
    start,
    end,
    confidence: typeof confidence === 'number' && confidence >= 0 && confidence <= 1 ? confidence : 1,
  };
}

function isOffset(value: unknown, from: number, to: number): value is number {
  return Number.isInteger(value) && (value as number) >= from && (value as number) <= to;
}

function notFindings(): Error {
  return new Error('the scanner answered with something that is not a list of findings');
}
