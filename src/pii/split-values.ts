import type { Finding } from '../call/finding.js';

const MOST_ITEMS = 64;
const LONGEST_ITEM = 128;
/** From here on a finding is told by its own form: what only a name or a neighbour tells is not looked for in pieces. */
const SURE = 0.9;
/** Personal data whose check digits or form hardly occur by chance where words are joined. */
const FORMS = new Set(['credit_card', 'iban', 'ssn']);

/** A part of a finding: the item that it stands in, and where. */
export interface SplitPart {
  readonly index: number;
  readonly finding: Finding;
}

/**
 * Finds values that are split over neighbouring items of a list, as in `["4111 1111", " 1111 1111"]`.
 *
 * Only short lists of short texts are joined, which keeps the cost near that of the items themselves; a list that also
 * holds anything else is none of these.
 *
 * @returns The parts of each such value, in order; each part is a finding in its own item.
 */
export function findSplitValues(list: readonly unknown[], scan: (text: string) => readonly Finding[]): SplitPart[] {
  if (list.length > MOST_ITEMS || !list.every(isShortText)) {
    return [];
  }
  const parts: SplitPart[] = [];
  for (const finding of scan(list.join(''))) {
    if (finding.confidence >= SURE && (finding.category === 'secret' || FORMS.has(finding.type))) {
      parts.push(...partsOf(finding, list));
    }
  }
  return parts;
}

function isShortText(item: unknown): item is string {
  return typeof item === 'string' && item.length <= LONGEST_ITEM;
}

/** None for a finding that stands in one item, as the scan of that item tells more about it. */
function partsOf(finding: Finding, list: readonly string[]): SplitPart[] {
  const parts: SplitPart[] = [];
  let from = 0;
  list.forEach((item, index) => {
    const start = Math.max(finding.start, from);
    const end = Math.min(finding.end, from + item.length);
    if (start < end) {
      parts.push({ index, finding: { ...finding, start: start - from, end: end - from } });
    }
    from += item.length;
  });
  return parts.length > 1 ? parts : [];
}
