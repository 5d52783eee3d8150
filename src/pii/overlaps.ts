import type { Finding } from '../call/finding.js';

/**
 * Puts findings in order and joins those that overlap.
 *
 * A joined finding covers all of its parts, so that nothing of either is left behind by redaction; it has the type of
 * the surest part, or of the longest among equals.
 */
export function withoutOverlaps(findings: readonly Finding[]): Finding[] {
  const sorted = [...findings].sort((left, right) => left.start - right.start || right.end - left.end);
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
