/** Three characters as one number of 15 bits, without regard to case; signs and digits may pass for a letter. */
export function threeLetters(first: number, second: number, third: number): number {
  return ((first & 31) << 10) | ((second & 31) << 5) | (third & 31);
}

/** The three characters before a place, of which there are so many. */
export function threeLettersBefore(text: string, end: number): number {
  return threeLetters(text.charCodeAt(end - 3), text.charCodeAt(end - 2), text.charCodeAt(end - 1));
}

/** The number of three letters with another put ahead of them, and the last one dropped. */
export function withLetterAhead(letters: number, first: number): number {
  return (letters >> 5) | ((first & 31) << 10);
}

/**
 * A table of what the first three letters of words mean, by their number; 0 for those of none.
 *
 * It is faster than a set, which counts where nearly every sign of a text is asked about.
 */
export function tableOfLetters(...meanings: (readonly [words: readonly string[], meaning: number])[]): Uint8Array {
  const table = new Uint8Array(32_768);
  for (const [words, meaning] of meanings) {
    words.forEach((word) => (table[threeLettersBefore(word, 3)] = meaning));
  }
  return table;
}
