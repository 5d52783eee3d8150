import type { Finding, FindingCategory } from '../call/finding.js';
import type { Hit } from './scan-value.js';

const MOST_REPORTED = 1_000;

/**
 * The findings that are kept for records: all that `keeps` accepts, in their order, as long as there are at most 1,000.
 *
 * Of more, the first of each type and category goes first, and then the earliest of the rest. None of those firsts is
 * ever left out, not even beyond 1,000, so that whatever is decided by type and category can be decided from the
 * report. What is to be redacted is told by the hits themselves.
 */
export function reportedFindings(hits: readonly Hit[], keeps: (finding: Finding) => boolean): readonly Finding[] {
  const seen: Record<FindingCategory, Set<string>> = { pii: new Set(), secret: new Set(), text: new Set() };
  const firsts: Finding[] = [];
  const earliest: Finding[] = [];
  let count = 0;
  for (const { findings } of hits) {
    for (const finding of findings) {
      if (keeps(finding)) {
        count += 1;
        if (count <= MOST_REPORTED) earliest.push(finding);
        const types = seen[finding.category];
        if (!types.has(finding.type)) {
          types.add(finding.type);
          firsts.push(finding);
        }
      }
    }
  }
  if (count <= MOST_REPORTED) return earliest;
  const first = new Set(firsts);
  const rest = earliest.filter((finding) => !first.has(finding));
  return firsts.concat(rest.slice(0, Math.max(0, MOST_REPORTED - firsts.length)));
}
