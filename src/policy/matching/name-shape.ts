import { globLiterals, isGlob } from '../../call/glob.js';

/** What kind of names a pattern can match: one name, or all with a beginning and an end of such lengths. */
export interface NameShape {
  readonly exact: boolean;
  readonly prefixLength: number;
  readonly suffixLength: number;
}

/** The shape of a pattern, and what names have to hold where the shape says. */
export interface ShapedPattern {
  readonly shape: NameShape;
  readonly key: string;
}

const ANY: ShapedPattern = { shape: { exact: false, prefixLength: 0, suffixLength: 0 }, key: '' };
/** Longer literals tell names apart no better. */
const LONGEST = 100;

/** Finds the shape of a pattern; undefined stands for any name. */
export function shapeOf(pattern: string | undefined): ShapedPattern {
  if (pattern === undefined) return ANY;
  if (!isGlob(pattern)) return { shape: { exact: true, prefixLength: 0, suffixLength: 0 }, key: pattern };
  const { prefix, suffix } = globLiterals(pattern);
  return shaped(prefix.slice(0, LONGEST), suffix.slice(-LONGEST));
}

/** A shape that holds less, and that many patterns share: the first characters only. */
export function coarser({ shape, key }: ShapedPattern): ShapedPattern {
  if (shape.exact) return { shape, key };
  return shaped(key.slice(0, Math.min(shape.prefixLength, 4)), '');
}

function shaped(prefix: string, suffix: string): ShapedPattern {
  const shape = { exact: false, prefixLength: prefix.length, suffixLength: suffix.length };
  return { shape, key: prefix + suffix };
}

/** What a name holds where the shape says; undefined where it is too short for that. */
export function keyOf(shape: NameShape, name: string): string | undefined {
  const { exact, prefixLength, suffixLength } = shape;
  if (exact) return name;
  if (prefixLength + suffixLength > name.length) return undefined;
  const prefix = name.slice(0, prefixLength);
  return suffixLength === 0 ? prefix : prefix + name.slice(name.length - suffixLength);
}

/** The shape as a text, to find its like. */
export function idOf({ exact, prefixLength, suffixLength }: NameShape): string {
  return exact ? '=' : `${prefixLength},${suffixLength}`;
}
