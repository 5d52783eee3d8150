/** Tells whether a name matches. */
export type NameMatcher = (name: string) => boolean;

type Token =
  'star' | 'any' | { readonly negated: boolean; readonly ranges: readonly (readonly [number, number])[] } | number;

/** True for a pattern that holds a glob character. */
export function isGlob(pattern: string): boolean {
  return /[*?[]/.test(pattern);
}

/**
 * Compiles a glob over names: `*` any run of characters, `?` one, `[a-z]` one of a set, `[!a-z]` one outside it.
 *
 * Names are compared case-sensitively and by code point. Matching takes time proportional to the product of the two
 * lengths at most, whatever the name. A `[` that is never closed stands for itself.
 */
export function compileGlob(pattern: string): NameMatcher {
  if (!isGlob(pattern)) return (name) => name === pattern;
  if (pattern === '*') return () => true;
  // Half a surrogate pair is a code point of its own in a pattern, but not in a name that holds the other half.
  if (!/[?[]|\p{Surrogate}/u.test(pattern)) return matchPieces(pattern.split('*'));
  const tokens = tokenize(Array.from(pattern, codePoint));
  return (name) => matches(tokens, name);
}

/** What every name that a glob matches must begin and end with. */
export interface GlobLiterals {
  readonly prefix: string;
  readonly suffix: string;
}

/** The literal beginning and end of a glob, for whoever sorts many globs; both may be shorter than they could be. */
export function globLiterals(pattern: string): GlobLiterals {
  const first = pattern.search(/[*?[]|\p{Surrogate}/u);
  if (first < 0) return { prefix: pattern, suffix: '' };
  const last = /[^*?[\]\p{Surrogate}]*$/u.exec(pattern);
  return { prefix: pattern.slice(0, first), suffix: last?.[0] ?? '' };
}

/** A glob that knows no sign but `*`: what stands between the stars, searched for from left to right. */
function matchPieces(pieces: readonly string[]): NameMatcher {
  const prefix = pieces[0] as string;
  const suffix = pieces.at(-1) as string;
  const middle = pieces.slice(1, -1).filter((piece) => piece !== '');
  const least = prefix.length + suffix.length;
  if (middle.length === 0) {
    return (name) => name.length >= least && name.startsWith(prefix) && name.endsWith(suffix);
  }
  return (name) => {
    const end = name.length - suffix.length;
    if (end < prefix.length || !name.startsWith(prefix) || !name.endsWith(suffix)) return false;
    let at = prefix.length;
    for (const piece of middle) {
      const found = name.indexOf(piece, at);
      if (found < 0) return false;
      at = found + piece.length;
    }
    return at <= end;
  };
}

function codePoint(character: string): number {
  return character.codePointAt(0) as number;
}

function tokenize(pattern: readonly number[]): Token[] {
  const tokens: Token[] = [];
  for (let at = 0; at < pattern.length; at++) {
    const point = pattern[at] as number;
    if (point === 0x2a) {
      if (tokens.at(-1) !== 'star') tokens.push('star');
    } else if (point === 0x3f) {
      tokens.push('any');
    } else if (point === 0x5b && pattern.indexOf(0x5d, at + 2) > 0) {
      const end = pattern.indexOf(0x5d, at + 2);
      tokens.push(toClass(pattern.slice(at + 1, end)));
      at = end;
    } else {
      tokens.push(point);
    }
  }
  return tokens;
}

function toClass(body: readonly number[]): Token {
  const negated = body[0] === 0x21 && body.length > 1;
  const members = negated ? body.slice(1) : body;
  const ranges: [number, number][] = [];
  for (let at = 0; at < members.length; at++) {
    const from = members[at] as number;
    const isRange = members[at + 1] === 0x2d && at + 2 < members.length;
    ranges.push([from, isRange ? (members[at + 2] as number) : from]);
    if (isRange) at += 2;
  }
  return { negated, ranges };
}

function matchesOne(token: Token | undefined, point: number): boolean {
  if (token === undefined || token === 'star') return false;
  if (token === 'any') return true;
  if (typeof token === 'number') return token === point;
  return token.ranges.some(([from, to]) => point >= from && point <= to) !== token.negated;
}

/** Greedy matching that only ever goes back to the last `*`, which is enough because a `*` crosses everything. */
function matches(tokens: readonly Token[], name: string): boolean {
  let token = 0;
  let at = 0;
  let star = -1;
  let resume = 0;
  while (at < name.length) {
    const point = name.codePointAt(at) as number;
    if (matchesOne(tokens[token], point)) {
      token++;
      at += widthOf(point);
    } else if (tokens[token] === 'star') {
      star = token++;
      resume = at;
    } else if (star >= 0) {
      token = star + 1;
      resume += widthOf(name.codePointAt(resume) as number);
      at = resume;
    } else {
      return false;
    }
  }
  while (tokens[token] === 'star') token++;
  return token === tokens.length;
}

/** How many UTF-16 units a code point takes. */
function widthOf(point: number): number {
  return point > 0xffff ? 2 : 1;
}
