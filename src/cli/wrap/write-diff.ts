import type { Edit } from 'jsonc-parser';
import { harmless } from '../scan/harmless.js';
import type { Terminal } from '../terminal.js';
import { maskConfig } from './mask-config.js';
import type { Rewriting } from './rewrite.js';

const CONTEXT = 3;
/** Lines of one entry that are compared with one another; longer ones are shown as a whole. */
const MOST_COMPARED = 1000;

/** One line of a difference: where it stands in either text, by index. */
type Line = readonly [sign: ' ' | '-' | '+', index: number];

/** The unified difference of a configuration and what it is rewritten to, with secrets masked; empty where there is none. */
export function writeDiff(
  file: string,
  before: string,
  { text: after, edits }: Rewriting,
  paint: Terminal['paint'],
): string {
  if (edits.length === 0) return '';
  const [masked, maskedAfter] = [maskConfig(before), maskConfig(after)];
  const show = ([sign, index]: Line): string => {
    const line = `${sign}${(sign === '+' ? maskedAfter : masked)[index] ?? ''}`;
    return sign === ' ' ? line : paint(sign === '+' ? 'green' : 'red', line);
  };
  const hunks = hunksOf(allLines(before.split('\n'), after.split('\n'), before, edits));
  const name = harmless(file);
  return [
    `--- ${name}`,
    `+++ ${name}`,
    ...hunks.flatMap(({ head, lines }) => [paint('cyan', head), ...lines.map(show)]),
    '',
  ].join('\n');
}

/** Only where something was edited do the texts have to be compared at all. */
function allLines(before: readonly string[], after: readonly string[], text: string, edits: readonly Edit[]): Line[] {
  const lines: Line[] = [];
  let [old, now] = [0, 0];
  for (const { first, last, added } of blocksOf(text, edits)) {
    for (; old < first; old++, now++) lines.push([' ', old]);
    const [oldEnd, nowEnd] = [last + 1, now + last + 1 - first + added];
    lines.push(...compared(before.slice(old, oldEnd), after.slice(now, nowEnd), old, now));
    [old, now] = [oldEnd, nowEnd];
  }
  for (; old < before.length; old++) lines.push([' ', old]);
  return lines;
}

/** The lines that edits touch; those on the same line are one block. */
function blocksOf(text: string, edits: readonly Edit[]): { first: number; last: number; added: number }[] {
  const blocks: { first: number; last: number; added: number }[] = [];
  for (const { offset, length, content } of [...edits].sort((a, b) => a.offset - b.offset)) {
    const first = breaksIn(text.slice(0, offset));
    const removed = breaksIn(text.slice(offset, offset + length));
    const [last, added] = [first + removed, breaksIn(content) - removed];
    const block = blocks.at(-1);
    if (block === undefined || block.last < first) blocks.push({ first, last, added });
    else [block.last, block.added] = [last, block.added + added];
  }
  return blocks;
}

function breaksIn(text: string): number {
  return text.split('\n').length - 1;
}

/** The longest common subsequence of a few lines. */
function compared(before: readonly string[], after: readonly string[], old: number, now: number): Line[] {
  const isSmall = before.length <= MOST_COMPARED && after.length <= MOST_COMPARED;
  const same = (i: number, j: number): boolean => isSmall && before[i] === after[j];
  const best = before.concat('').map(() => new Uint16Array(after.length + 1));
  const at = (i: number, j: number): number => best[i]?.[j] ?? 0;
  for (let i = before.length - 1; i >= 0; i--) {
    for (let j = after.length - 1; j >= 0; j--) {
      (best[i] as Uint16Array)[j] = same(i, j) ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const lines: Line[] = [];
  let [i, j] = [0, 0];
  while (i < before.length || j < after.length) {
    if (i < before.length && j < after.length && same(i, j)) {
      lines.push([' ', old + i++]);
      j++;
    } else if (i < before.length && (j >= after.length || at(i + 1, j) >= at(i, j + 1))) lines.push(['-', old + i++]);
    else lines.push(['+', now + j++]);
  }
  return lines;
}

function hunksOf(lines: readonly Line[]): { head: string; lines: Line[] }[] {
  const changed = lines.flatMap(([sign], index) => (sign === ' ' ? [] : [index]));
  const ranges: [number, number][] = [];
  for (const index of changed) {
    const [from, to] = [Math.max(0, index - CONTEXT), Math.min(lines.length, index + CONTEXT + 1)];
    const range = ranges.at(-1);
    if (range !== undefined && from <= range[1]) range[1] = to;
    else ranges.push([from, to]);
  }
  return ranges.map(([from, to]) => {
    const count = (part: readonly Line[], but: '+' | '-'): number => part.filter(([sign]) => sign !== but).length;
    const [above, within] = [lines.slice(0, from), lines.slice(from, to)];
    const place = (but: '+' | '-'): string => `${count(above, but) + 1},${count(within, but)}`;
    return { head: `@@ -${place('+')} +${place('-')} @@`, lines: within };
  });
}
