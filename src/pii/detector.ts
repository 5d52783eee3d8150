import type { FindingCategory } from '../call/finding.js';
import type { NumberGroups } from './number-groups.js';

/**
 * What makes the engine ask a detector: the cheap sign that every match of it has.
 *
 * - `character`: one of these characters stands at the place, one of `before` ahead of it and one of `behind` after it
 *   (ASCII characters; any, the edges of the text included, where they are not given), and `again` further on the same
 *   character, where that is given;
 * - `prefix`: a word begins there with one of these texts (a text of one letter: with that letter);
 * - `number`: a run of digits that is not part of a word begins there, as the first of groups of a shape that `takes`
 *   accepts; it is told the lengths of the groups and what parts them, and nothing else may matter to it. A plus sign
 *   ahead makes every shape worth asking;
 * - `mixed`: a word begins there with a digit and has letters other than those of hexadecimal digits.
 */
export type Anchor =
  | {
      readonly at: 'character';
      readonly characters: string;
      readonly before?: string;
      readonly behind?: string;
      readonly again?: number;
    }
  | { readonly at: 'prefix'; readonly prefixes: readonly string[] }
  | { readonly at: 'number'; readonly takes: (groups: NumberGroups) => boolean }
  | { readonly at: 'mixed' };

/** Takes what a detector found; answers false where the type is switched off. */
export type Report = (type: string, start: number, end: number, confidence: number) => boolean;

/**
 * One family of patterns.
 *
 * `detect` is asked at each anchor and answers where the scan goes on: behind what it reported, or `at` if it found
 * nothing. It may look back and ahead only so far that all its work on a text stays proportional to the text's length:
 * a bounded distance, or up to characters that no other candidate of its own reads past.
 */
export interface Detector {
  readonly types: readonly string[];
  readonly category: FindingCategory;
  readonly anchor: Anchor;
  detect(text: string, at: number, report: Report, groups: NumberGroups): number;
}
