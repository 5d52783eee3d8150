/** So much of a line is shown around a place. */
const WIDEST = 100;
/** What a terminal would obey or not show, one sign each, so that the caret stays where it belongs. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/gu;

/**
 * The line of a place, with a caret below it; empty where there is no such line.
 *
 * @param column - Counted from 1, in UTF-16 units.
 */
export function writeExcerpt(text: string, line: number, column: number): string {
  const whole = text.split(/\r?\n/)[line - 1];
  if (line < 1 || whole === undefined) return '';
  const start = Math.max(0, Math.min(column - 1 - WIDEST / 2, whole.length - WIDEST));
  const before = visible(whole.slice(start, column - 1));
  const behind = visible(whole.slice(column - 1, start + WIDEST));
  const gutter = String(line).padStart(5);
  const pad = ' '.repeat(Array.from(before).length);
  return `${gutter} | ${before}${behind}\n${' '.repeat(gutter.length)} | ${pad}^\n`;
}

function visible(text: string): string {
  return text.replaceAll('\t', ' ').replace(INVISIBLE, '·');
}
