import type { Finding } from '../call/finding.js';

/**
 * Puts findings in order and joins those that overlap and are of a kind: secrets with secrets, personal data of one type,
 * hostile text.
 *
 * A joined finding covers all of its parts, so that nothing of either is left behind by redaction; it has the type of
 * the surest part, or of the longest among equals. What is of different kinds stays apart even where it overlaps: what is
 * done about a password must not depend on an address in it that may pass.
 */
export function withoutOverlaps(findings: readonly Finding[]): readonly Finding[] {
  // A scan mostly finds one thing behind the other.
  if (areApart(findings)) {
    return findings;
  }
  const kinds = new Map<string, Finding[]>();
  for (const finding of findings) {
    const kind = finding.category === 'pii' ? finding.type : `(${finding.category})`;
    const same = kinds.get(kind);
    if (same === undefined) kinds.set(kind, [finding]);
    else same.push(finding);
  }
  return Array.from(kinds.values(), joined).flat().sort(inOrder);
}

function areApart(findings: readonly Finding[]): boolean {
  for (let index = 1; index < findings.length; index += 1) {
    if ((findings[index] as Finding).start < (findings[index - 1] as Finding).end) return false;
  }
  return true;
}

/** True for hostile text, which is no value. */
export function isHostile({ category }: Finding): boolean {
  return category === 'text';
}

function inOrder(left: Finding, right: Finding): number {
  return left.start - right.start || right.end - left.end;
}

function joined(findings: readonly Finding[]): Finding[] {
  const sorted = [...findings].sort(inOrder);
  const result: Finding[] = [];
  let best: Finding | undefined;
  let start = 0;
  let end = 0;
  const close = (): void => {
    if (best !== undefined) {
      result.push(best.start === start && best.end === end ? best : { ...best, start, end });
    }
  };
  for (const finding of sorted) {
    if (best !== undefined && finding.start < end) {
      end = Math.max(end, finding.end);
      best = isBetter(finding, best) ? finding : best;
    } else {
      close();
      ({ start, end } = finding);
      best = finding;
    }
  }
  close();
  return result;
}

function isBetter(candidate: Finding, than: Finding): boolean {
  if (candidate.confidence !== than.confidence) {
    return candidate.confidence > than.confidence;
  }
  return candidate.end - candidate.start > than.end - than.start;
}
