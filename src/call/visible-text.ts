/** What a reader would not see, or would see as something else: controls, formats, odd spaces, halves of characters. */
const UNSEEN = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]|[^\S ]/gu;

/** The text with everything that is not seen written out, so that it can neither hide nor steer a terminal: `\u{202e}`. */
export function visibleText(text: string): string {
  return text.replace(UNSEEN, (each) => `\\u{${(each.codePointAt(0) as number).toString(16)}}`);
}

/**
 * Breaks a line before the reader's screen does: what a screen wraps could pass for a line of ours.
 *
 * @param width - In columns; a character beyond ASCII counts for two.
 */
export function wrapText(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  let columns = 0;
  for (const character of text) {
    const wide = character > '~' ? 2 : 1;
    if (columns + wide > width) {
      lines.push(line);
      line = '';
      columns = 0;
    }
    line += character;
    columns += wide;
  }
  return [...lines, line];
}
