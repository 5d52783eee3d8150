import type { Fate } from './rewrite.js';
import { shownPath } from './shown-path.js';

/** What became of each server, a line for each. */
export function writeFates(fates: readonly Fate[]): string {
  return fates
    .map(({ entry, fate, why }) => `  ${fate.padEnd(10)}${shownPath(entry.path)}${why === '' ? '' : `: ${why}`}\n`)
    .join('');
}
