import type { Finding } from '../../call/finding.js';
import { redactionMark } from '../../pii/redaction-mark.js';
import { redactionOf, redactText } from '../../pii/redact.js';
import type { RegexPIIScanner } from '../../pii/regex-pii-scanner.js';
import { type Hit, scanValue } from '../../pii/scan-value.js';
import { pathTo, type Place } from '../../pii/value-path.js';
import { redactJson } from './redact-json.js';

/** What the scanner is told of where the values come from. */
const SCAN = { direction: 'output', tool: 'scan' } as const;

/** Where a finding stands: in a line of a text, or at a path of a value. */
export type Location =
  { readonly line: number; readonly column: number } | { readonly path: string; readonly in: 'value' | 'key' };

/** A text that holds findings. */
export interface Part {
  readonly text: string;
  readonly findings: readonly Finding[];
  /** Everything in the text that must not be shown, whichever types were asked for; in order and apart. */
  readonly hidden: readonly Finding[];
  /** Where a finding stands; to be asked in the order of the findings. */
  locate(finding: Finding): Location;
}

/** What was found, and the whole without it. */
export interface Scanned {
  readonly parts: readonly Part[];
  redacted(): string;
}

/** The scanner that was asked for, and one that looks for everything. */
export interface Scanners {
  readonly wanted: RegexPIIScanner;
  readonly all: RegexPIIScanner;
}

/** Scans a text as it stands. */
export function scanText(text: string, { wanted, all }: Scanners): Scanned {
  const findings = wanted.scan(text);
  const hidden = apart(wanted === all || findings.length === 0 ? findings : [...findings, ...all.scan(text)]);
  const parts = findings.length === 0 ? [] : [{ text, findings, hidden, locate: lineCounter(text) }];
  return { parts, redacted: () => redactText(text, findings) };
}

/** Scans the value of a JSON text; redacted, all else stays as it is written. */
export async function scanJson(text: string, value: unknown, { wanted, all }: Scanners): Promise<Scanned> {
  const hits = await scanValue(value, wanted, SCAN);
  const others = wanted === all || hits.length === 0 ? undefined : new Others(await scanValue(value, all, SCAN), all);
  return {
    parts: hits.map((hit) => partOf(hit, value, others)),
    redacted: () => {
      const redaction = redactionOf(hits, () => true);
      return redaction === undefined ? text : redactJson(text, redaction);
    },
  };
}

/** What there is besides the types that were asked for, and must not be shown either: beside a value, and in its path. */
class Others {
  readonly #hits: ReadonlyMap<string, readonly Finding[]>;
  readonly #places = new Map<Place, Place>();

  constructor(
    hits: readonly Hit[],
    private readonly all: RegexPIIScanner,
  ) {
    const byPlace = new Map<string, readonly Finding[]>();
    for (const hit of hits) {
      const name = nameOf(hit);
      byPlace.set(name, (byPlace.get(name) ?? []).concat(hit.findings));
    }
    this.#hits = byPlace;
  }

  at(hit: Hit): readonly Finding[] {
    return this.#hits.get(nameOf(hit)) ?? [];
  }

  /** The path of a place with a mark for every key that holds a finding of any type. */
  pathTo(place: Place | undefined): string {
    return pathTo(place === undefined ? undefined : this.#masked(place));
  }

  #masked(place: Place): Place {
    let masked = this.#places.get(place);
    if (masked === undefined) {
      const { parent, key, mask } = place;
      const first = typeof key === 'string' ? this.all.scanKey(key).findings[0] : undefined;
      masked = {
        parent: parent === undefined ? undefined : this.#masked(parent),
        key,
        mask: mask ?? (first === undefined ? undefined : redactionMark(first.type)),
      };
      this.#places.set(place, masked);
    }
    return masked;
  }
}

function nameOf({ place, kind }: Hit): string {
  const keys: (string | number)[] = [];
  for (let each = place; each !== undefined; each = each.parent) keys.push(each.key);
  return JSON.stringify([kind, keys]);
}

function partOf(hit: Hit, value: unknown, others: Others | undefined): Part {
  const { place, kind, findings } = hit;
  const text = kind === 'key' ? String(place?.key) : String(valueAt(place, value));
  if (others === undefined) {
    return { text, findings, hidden: apart(findings), locate: ({ path = '$' }) => ({ path, in: kind }) };
  }
  const path = others.pathTo(place);
  const hidden = apart([...findings, ...others.at(hit)]);
  return { text, findings, hidden, locate: () => ({ path, in: kind }) };
}

/** What findings cover, in order: those that overlap as one, which has the type of the longest. */
function apart(findings: readonly Finding[]): readonly Finding[] {
  const sorted = [...findings].sort((left, right) => left.start - right.start || right.end - left.end);
  const merged: Finding[] = [];
  let longest = 0;
  for (const finding of sorted) {
    const last = merged.at(-1);
    const length = finding.end - finding.start;
    if (last === undefined || finding.start >= last.end) {
      merged.push(finding);
      longest = length;
    } else {
      const end = Math.max(last.end, finding.end);
      merged[merged.length - 1] = { ...(length > longest ? finding : last), start: last.start, end };
      longest = Math.max(longest, length);
    }
  }
  return merged;
}

function valueAt(place: Place | undefined, root: unknown): unknown {
  return place === undefined ? root : (valueAt(place.parent, root) as Record<string | number, unknown>)[place.key];
}

/** Counts lines from one finding to the next, so that every line is read once however many findings it holds. */
function lineCounter(text: string): (finding: Finding) => Location {
  const endOfLine = (from: number): number => {
    const end = text.indexOf('\n', from);
    return end < 0 ? text.length : end;
  };
  let line = 1;
  let lineStart = 0;
  let lineEnd = endOfLine(0);
  return ({ start }) => {
    while (lineEnd < start) {
      line += 1;
      lineStart = lineEnd + 1;
      lineEnd = endOfLine(lineStart);
    }
    return { line, column: start - lineStart + 1 };
  };
}
