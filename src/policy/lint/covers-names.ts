import type { Patterns } from '../document.js';

/** True where every name that a rule's patterns match is matched by another's, too: proved pattern by pattern. */
export function coversNames(wide: Patterns | undefined, narrow: Patterns | undefined): boolean {
  const globs = listOf(wide);
  return listOf(narrow).every((each) => globs.some((glob) => coversGlob(glob, each)));
}

/** The patterns of a field; what is left out is any. */
export function listOf(patterns: Patterns | undefined): readonly string[] {
  if (patterns === undefined) return ['*'];
  return typeof patterns === 'string' ? [patterns] : patterns;
}

/**
 * True where a glob is certain to match every name that another one matches; false where that cannot be shown.
 *
 * The narrow glob is read as a name whose `*`, `?` and sets are letters of their own: a `*` of it is only taken by a
 * `*`, a `?` by `?` or `*`, a set by the same set, by `?` or by `*`. Whatever stands for them is taken then, too.
 */
export function coversGlob(wide: string, narrow: string): boolean {
  const [pattern, name] = [signsOf(wide), signsOf(narrow)];
  let reached = new Set([0]);
  for (let at = 0; ; at++) {
    // A star may also stand for nothing.
    for (const state of reached) if (pattern[state] === '*') reached.add(state + 1);
    const sign = name[at];
    if (sign === undefined) return reached.has(pattern.length);
    const next = new Set<number>();
    for (const state of reached) {
      const taker = pattern[state];
      if (taker === '*') next.add(state);
      else if (taker === sign || (taker === '?' && sign !== '*')) next.add(state + 1);
    }
    reached = next;
  }
}

/** The signs of a glob: `*`, `?`, whole sets such as `[a-z]`, and letters. */
function signsOf(glob: string): readonly string[] {
  const points = Array.from(glob);
  const signs: string[] = [];
  for (let at = 0; at < points.length; at++) {
    const end = points[at] === '[' ? points.indexOf(']', at + 2) : -1;
    signs.push(end < 0 ? (points[at] as string) : points.slice(at, end + 1).join(''));
    if (end > 0) at = end;
  }
  return signs;
}
