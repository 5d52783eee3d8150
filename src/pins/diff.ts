import { canonicalJson } from '../call/canonical-json.js';
import { isJsonObject, type JsonObject } from '../call/json.js';
import { visibleText } from '../call/visible-text.js';

/** One line of a difference: what it is about, what was, or what is. */
export interface DiffLine {
  readonly sign: ' ' | '-' | '+';
  /** What cannot be seen is written out: `\u{202e}`. */
  readonly text: string;
}

/** Of one difference. */
const MOST_LINES = 60;
/** UTF-16 units of one line, and characters around a change in one that is longer. */
const LONGEST_LINE = 400;
const AROUND = 40;
/** Both texts are compared line with line up to so many pairs. */
const MOST_PAIRS = 1_000_000;

/**
 * What differs between two definitions, member by member, for people to read.
 *
 * @param before - As it was accepted, secrets masked; undefined where it is new.
 * @param after - As it was seen last; undefined where it is gone.
 */
export function diffDefinitions(before: JsonObject | undefined, after: JsonObject | undefined): readonly DiffLine[] {
  const lines: DiffLine[] = [];
  compare('', before, after, lines);
  if (lines.length === 0) return [{ sign: ' ', text: 'the difference is in what is masked here' }];
  if (lines.length <= MOST_LINES) return lines;
  return [...lines.slice(0, MOST_LINES), { sign: ' ', text: `and ${lines.length - MOST_LINES} more lines` }];
}

/** The members that differ, the outermost alone: `description`, `inputSchema`. */
export function changedFields(before: JsonObject | undefined, after: JsonObject | undefined): readonly string[] {
  const names = new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})]);
  return [...names].filter((name) => !isSame(before?.[name], after?.[name])).sort();
}

function compare(path: string, before: unknown, after: unknown, lines: DiffLine[]): void {
  if (isSame(before, after)) return;
  const parts = [before, after].every((each) => each === undefined || isJsonObject(each));
  if (parts && (path === '' || (before !== undefined && after !== undefined))) {
    const one = (before ?? {}) as JsonObject;
    const other = (after ?? {}) as JsonObject;
    for (const name of [...new Set([...Object.keys(one), ...Object.keys(other)])].sort()) {
      const below = path === '' ? name : `${path}.${name}`;
      compare(below, memberOf(one, name), memberOf(other, name), lines);
    }
    return;
  }
  lines.push(line(' ', path));
  if (typeof before === 'string' && typeof after === 'string') compareTexts(before, after, lines);
  else {
    if (before !== undefined) lines.push(line('-', written(before)));
    if (after !== undefined) lines.push(line('+', written(after)));
  }
}

function compareTexts(before: string, after: string, lines: DiffLine[]): void {
  const one = before.split(/\r\n|\n|\r/);
  const other = after.split(/\r\n|\n|\r/);
  const [gone, come] = one.length * other.length > MOST_PAIRS ? [one, other] : withoutCommon(one, other);
  const [first = '', ...moreGone] = gone;
  const [second = '', ...moreCome] = come;
  if (gone.length === 0 && come.length === 0) {
    lines.push(line('-', JSON.stringify(before)), line('+', JSON.stringify(after)));
  } else if (moreGone.length === 0 && moreCome.length === 0 && gone.length === come.length) {
    const start = commonStart(first, second);
    lines.push(line('-', excerpt(first, start)), line('+', excerpt(second, start)));
  } else {
    for (const each of gone) lines.push(line('-', each));
    for (const each of come) lines.push(line('+', each));
  }
}

/** The lines that only one of both texts has: by their longest common sequence. */
function withoutCommon(one: readonly string[], other: readonly string[]): [string[], string[]] {
  const width = other.length + 1;
  const lengths = new Uint32Array((one.length + 1) * width);
  for (let at = one.length - 1; at >= 0; at--) {
    for (let to = other.length - 1; to >= 0; to--) {
      lengths[at * width + to] =
        one[at] === other[to]
          ? (lengths[(at + 1) * width + to + 1] as number) + 1
          : Math.max(lengths[(at + 1) * width + to] as number, lengths[at * width + to + 1] as number);
    }
  }
  const gone: string[] = [];
  const come: string[] = [];
  let at = 0;
  let to = 0;
  while (at < one.length || to < other.length) {
    if (at < one.length && to < other.length && one[at] === other[to]) {
      at++;
      to++;
    } else if (
      to >= other.length ||
      (at < one.length && (lengths[(at + 1) * width + to] as number) >= (lengths[at * width + to + 1] as number))
    ) {
      gone.push(one[at++] as string);
    } else come.push(other[to++] as string);
  }
  return [gone, come];
}

/** A long line from a little before where it differs. */
function excerpt(text: string, start: number): string {
  const from = text.length <= LONGEST_LINE ? 0 : Math.max(0, start - AROUND);
  return from === 0 ? text : `…${text.slice(from)}`;
}

function commonStart(one: string, other: string): number {
  let at = 0;
  while (at < one.length && one[at] === other[at]) at++;
  return at;
}

function line(sign: DiffLine['sign'], text: string): DiffLine {
  const short = text.length <= LONGEST_LINE ? text : `${text.slice(0, LONGEST_LINE)}… (${text.length} characters)`;
  return { sign, text: visibleText(short) };
}

function written(value: unknown): string {
  return typeof value === 'string' ? value : canonicalJson(value);
}

function isSame(one: unknown, other: unknown): boolean {
  if (one === undefined || other === undefined) return one === other;
  return canonicalJson(one) === canonicalJson(other);
}

/** A schema may name a member `__proto__`. */
function memberOf(value: JsonObject, name: string): unknown {
  return Object.hasOwn(value, name) ? value[name] : undefined;
}
