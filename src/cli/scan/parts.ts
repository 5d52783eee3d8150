import type { Finding } from '../../call/finding.js';
import { withoutOverlaps } from '../../pii/overlaps.js';
import { redactText, redactValue } from '../../pii/redact.js';
import type { RegexPIIScanner } from '../../pii/regex-pii-scanner.js';
import { type Hit, scanValue } from '../../pii/scan-value.js';
import type { Place } from '../../pii/value-path.js';

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
  const hidden = wanted === all || findings.length === 0 ? findings : withoutOverlaps([...findings, ...all.scan(text)]);
  const parts = findings.length === 0 ? [] : [{ text, findings, hidden, locate: lineCounter(text) }];
  return { parts, redacted: () => redactText(text, findings) };
}

/** Scans the value of a JSON text; redacted, it keeps its indentation. */
export async function scanJson(text: string, value: unknown, { wanted, all }: Scanners): Promise<Scanned> {
  const hits = await scanValue(value, wanted, { direction: 'output', tool: 'scan' });
  const indent = /^\s*[[{]\r?\n([ \t]+)/.exec(text)?.[1];
  return {
    parts: hits.map((hit) => partOf(hit, value, wanted === all ? undefined : all)),
    redacted: () =>
      hits.length === 0
        ? text
        : JSON.stringify(
            redactValue(value, hits, () => true),
            null,
            indent,
          ) + (/\s*$/.exec(text.slice(-2))?.[0] ?? ''),
  };
}

function partOf({ place, kind, findings }: Hit, value: unknown, all: RegexPIIScanner | undefined): Part {
  const key = place?.key;
  const text = kind === 'key' ? String(key) : String(valueAt(place, value));
  let hidden: readonly Finding[] = findings;
  if (all !== undefined) {
    const named = kind === 'value' && typeof key === 'string';
    const others = named ? all.scanMember(key, all.scanKey(key), text) : all.scan(text);
    hidden = withoutOverlaps([...findings, ...others]);
  }
  return { text, findings, hidden, locate: ({ path = '$' }) => ({ path, in: kind }) };
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
