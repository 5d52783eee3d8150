/** What terminals draw two columns wide: the scripts of East Asia, full-width forms, and pictures. */
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}/u;
/** What they draw over the character before. */
const OVER = /\p{M}/u;

/** How many columns of a terminal a text takes. */
export function widthOf(text: string): number {
  let width = 0;
  for (const character of text) width += columnsOf(character);
  return width;
}

/** A text in so many columns: cut, with a mark at the end, or filled up with blanks. */
export function fit(text: string, columns: number, fill = true): string {
  const width = widthOf(text);
  if (width <= columns) return fill ? text + ' '.repeat(columns - width) : text;
  let cut = '';
  let used = 0;
  for (const character of text) {
    const next = columnsOf(character);
    if (used + next > columns - 1) break;
    cut += character;
    used += next;
  }
  return `${cut}…${fill ? ' '.repeat(columns - 1 - used) : ''}`;
}

function columnsOf(character: string): number {
  if (OVER.test(character)) return 0;
  return WIDE.test(character) ? 2 : 1;
}
