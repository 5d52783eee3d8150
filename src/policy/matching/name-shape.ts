import { globLiterals, isGlob } from '../../call/glob.js';

/** What kind of names a pattern can match: one name, or all with a beginning and an end of such lengths. */
export interface NameShape {
  readonly exact: boolean;
  readonly prefixLength: number;
  readonly suffixLength: number;
}

/** The shape of what any name matches. */
export const ANY_NAME: NameShape = { exact: false, prefixLength: 0, suffixLength: 0 };
/** The shape of a pattern without any glob character: a whole name. */
export const EXACT: NameShape = { exact: true, prefixLength: 0, suffixLength: 0 };

/** Finds the shape of a pattern; undefined stands for any name. */
export function shapeOf(pattern: string | undefined): NameShape {
  if (pattern === undefined) return ANY_NAME;
  if (!isGlob(pattern)) return EXACT;
  const { prefix, suffix } = globLiterals(pattern);
  return { exact: false, prefixLength: prefix.length, suffixLength: suffix.length };
}

/** A shape that demands less, and that many others share: one end only, of a length that is a power of two. */
export function coarser(shape: NameShape): NameShape {
  const { exact, prefixLength, suffixLength } = shape;
  if (exact) return shape;
  if (prefixLength > 0) return { ...ANY_NAME, prefixLength: powerOfTwo(prefixLength) };
  return { ...ANY_NAME, suffixLength: powerOfTwo(suffixLength) };
}

/** The largest power of two that is not above a number; 0 for 0. */
function powerOfTwo(number: number): number {
  return number === 0 ? 0 : 2 ** (31 - Math.clz32(number));
}
