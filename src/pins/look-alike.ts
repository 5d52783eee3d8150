/**
 * Letters that are read as another one: the ASCII letter, and what looks like it in Cyrillic, Greek, Armenian, Cherokee
 * and Latin (from Unicode's confusables, UTS #39). Full-width and mathematical letters are folded by NFKC.
 */
const LOOK_ALIKES: Readonly<Record<string, string>> = {
  a: 'аαạɑ',
  b: 'вьβƅ',
  c: 'сϲⅽᴄ',
  d: 'ԁɗ',
  e: 'еєҽɛε',
  f: 'ғƒ',
  g: 'ɡցԍ',
  h: 'һհнη',
  i: 'іıιΐǀӏ1l|!',
  j: 'јʝ',
  k: 'кκ',
  m: 'мμ',
  n: 'ոпŋ',
  o: 'оοօσ0',
  p: 'рρ',
  q: 'ԛգ',
  r: 'гɾг',
  s: 'ѕꜱ5$',
  t: 'тτ',
  u: 'υսц',
  v: 'νѵ',
  w: 'ѡԝω',
  x: 'хχ',
  y: 'уγүу',
  z: 'ᴢᴢ2',
};

const LETTERS: ReadonlyMap<string, string> = new Map(
  Object.entries(LOOK_ALIKES).flatMap(([letter, others]) =>
    Array.from(others, (other): [string, string] => [other, letter]),
  ),
);

/** What only parts a name, marks a letter, or is not seen at all. */
const APART = /[\p{P}\p{S}\p{Z}\p{C}\p{M}\p{Default_Ignorable_Code_Point}]/gu;

/**
 * A name as somebody reads it who does not look closely: two names that look alike come to the same.
 *
 * Case, accents, separators and what cannot be seen are left out, and letters and digits that look like another stand for
 * it: `read_file`, `readFile`, `read-fiIe` and `rеad_file` with a Cyrillic letter are one.
 */
export function skeletonOf(name: string): string {
  const letters = Array.from(name.normalize('NFKC').toLowerCase(), (each) => LETTERS.get(each) ?? each).join('');
  // What is left of an accented letter once its mark is gone may look like another, too.
  const bare = Array.from(letters.normalize('NFKD').replace(APART, ''), (each) => LETTERS.get(each) ?? each).join('');
  return bare.replaceAll('rn', 'm').replaceAll('vv', 'w');
}
