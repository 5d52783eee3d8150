import type { Finding, FindingCategory } from '../../call/finding.js';
import { redactionMark } from '../../pii/redaction-mark.js';
import type { Style, Terminal } from '../terminal.js';
import { harmless } from './harmless.js';
import type { Location, Part } from './parts.js';

/** How much is shown before a finding, and behind it. */
const CONTEXT = 30;
/** A place that is longer moves its own line, not all of them. */
const WIDEST_PLACE = 40;
/** So many lines are written at once. */
const PORTION = 1_000;
const GAP = '  ';
const STYLES: Readonly<Record<FindingCategory, Style>> = { secret: 'red', pii: 'yellow', text: 'cyan' };

/** What was scanned, and what it took. */
export interface Measured {
  readonly bytes: number;
  readonly milliseconds: number;
}

/**
 * A line for each finding: its place, type, category and confidence, and what is around it, with the value masked.
 *
 * The lines come in portions, as all of them together may be longer than a text can be.
 */
export function* writeFindings(name: string, parts: readonly Part[], paint: Terminal['paint']): Generator<string> {
  const rows = parts.flatMap((part) => rowsOf(name, part));
  const widest = (column: 'place' | 'type'): number =>
    rows.reduce((width, row) => Math.max(width, row[column].length <= WIDEST_PLACE ? row[column].length : 0), 0);
  const widths = { place: widest('place'), type: widest('type') };
  for (let at = 0; at < rows.length; at += PORTION) {
    yield rows
      .slice(at, at + PORTION)
      .map((row) => `${lineOf(row, widths, paint)}\n`)
      .join('');
  }
}

/** The last line: how many findings of which types, in how much text, in what time. */
export function writeSummary(findings: readonly Finding[], { bytes, milliseconds }: Measured): string {
  const counts = new Map<string, number>();
  for (const { type } of findings) counts.set(type, (counts.get(type) ?? 0) + 1);
  const list = [...counts].sort(([, left], [, right]) => right - left).map(([type, count]) => `${count} ${type}`);
  const count = findings.length === 0 ? 'no' : String(findings.length);
  const word = findings.length === 1 ? 'finding' : 'findings';
  const types = list.length === 0 ? '' : ` (${list.join(', ')})`;
  const time = milliseconds < 10 ? milliseconds.toFixed(1) : milliseconds.toFixed(0);
  return `${count} ${word}${types} in ${sizeOf(bytes)}, ${time} ms\n`;
}

/** A number of bytes for people. */
export function sizeOf(bytes: number): string {
  if (bytes < 1_000) return `${bytes} B`;
  return bytes < 1_000_000 ? `${(bytes / 1_000).toFixed(1)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}

interface Row extends Pick<Finding, 'type' | 'category' | 'confidence'> {
  readonly place: string;
  readonly before: string;
  readonly mark: string;
  readonly behind: string;
}

function lineOf(row: Row, widths: { readonly place: number; readonly type: number }, paint: Terminal['paint']): string {
  const { place, type, category, confidence } = row;
  return [
    paint('bold', place) + ' '.repeat(Math.max(0, widths.place - place.length)),
    type.padEnd(widths.type),
    category.padEnd('secret'.length),
    confidence.toFixed(2),
    paint('dim', row.before) + paint(STYLES[category], row.mark) + paint('dim', row.behind),
  ].join(GAP);
}

function rowsOf(name: string, part: Part): Row[] {
  let at = 0;
  return part.findings.map((finding) => {
    while ((part.hidden[at] as Finding).end <= finding.start) at += 1;
    const { type, category, confidence } = finding;
    const around = contextOf(part, at);
    return {
      place: placeOf(name, part.locate(finding)),
      type,
      category,
      confidence,
      ...around,
      mark: redactionMark(type),
    };
  });
}

function placeOf(name: string, location: Location): string {
  if ('line' in location) return `${name}:${location.line}:${location.column}`;
  return `${name}:${harmless(location.path)}${location.in === 'key' ? ' (key)' : ''}`;
}

/** What stands around a hidden part in its line, up to the next hidden part, of which the mark is shown. */
function contextOf({ text, hidden }: Part, at: number): { before: string; behind: string } {
  const { start, end } = hidden[at] as Finding;
  const [previous, next] = [hidden[at - 1], hidden[at + 1]];
  const from = Math.max(previous?.end ?? 0, start - CONTEXT);
  const to = Math.min(next?.start ?? text.length, end + CONTEXT);
  const before = text.slice(from, start);
  const behind = text.slice(end, to);
  const head = before.slice(before.lastIndexOf('\n') + 1);
  const tail = behind.split('\n', 1)[0] as string;
  const first = head === before ? edgeOf(from, 0, from === previous?.end, previous) : '';
  const last = tail === behind ? edgeOf(to, text.length, to === next?.start, next) : '';
  return { before: (first + harmless(head)).trimStart(), behind: (harmless(tail) + last).trimEnd() };
}

/** What stands where the context of a finding is cut. */
function edgeOf(cut: number, edge: number, isHidden: boolean, neighbour: Finding | undefined): string {
  if (isHidden && neighbour !== undefined) return redactionMark(neighbour.type);
  return cut === edge ? '' : '…';
}
