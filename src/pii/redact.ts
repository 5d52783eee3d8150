import type { Finding } from '../call/finding.js';
import { isJsonObject, type JsonObject, setMember } from '../call/json.js';
import { endOfUnseen, startOfUnseen } from './detectors/text/invisible-run.js';
import { redactionMark } from './redaction-mark.js';
import type { Hit } from './scan-value.js';
import type { Place } from './value-path.js';

/**
 * Writes `##TYPE##` in place of each finding; where findings overlap, once for all of them, by the longest.
 *
 * Hostile text (category `text`) is left out and nothing is written for it, unless it overlaps another finding; and so
 * are characters that nobody sees directly beside it, which would otherwise come together to what was to be left out.
 */
export function redactText(text: string, findings: readonly Finding[]): string {
  if (findings.length === 0) {
    return text;
  }
  const sorted = [...findings].sort((left, right) => left.start - right.start || right.end - left.end);
  let result = '';
  let written = 0;
  for (let at = 0; at < sorted.length;) {
    let marked = sorted[at] as Finding;
    const { start } = marked;
    let { end } = marked;
    for (at += 1; at < sorted.length && (sorted[at] as Finding).start < end; at += 1) {
      const next = sorted[at] as Finding;
      marked = isBetterMark(next, marked) ? next : marked;
      end = Math.max(end, next.end);
    }
    if (marked.category === 'text') {
      result += text.slice(written, startOfUnseen(text, written, start));
      written = endOfUnseen(text, end);
    } else {
      result += text.slice(written, start) + redactionMark(marked.type);
      written = Math.max(written, end);
    }
  }
  return result + text.slice(written);
}

function isBetterMark(candidate: Finding, than: Finding): boolean {
  if ((candidate.category === 'text') !== (than.category === 'text')) {
    return than.category === 'text';
  }
  return candidate.end - candidate.start > than.end - than.start;
}

/** What is to be redacted at one place and below it. */
export interface Redaction {
  value: readonly Finding[];
  key: readonly Finding[];
  below: Map<string | number, Redaction> | undefined;
}

const NOTHING: readonly Finding[] = Object.freeze([]);

/**
 * A copy of a JSON value in which the chosen findings are redacted; the value itself if there are none.
 *
 * Only what changes is copied. Strings and keys get a mark, or lose their hostile text, and a number becomes 0; types,
 * shape and the order of members stay, and keys that would become equal are numbered.
 */
export function redactValue(value: unknown, hits: readonly Hit[], redacts: (finding: Finding) => boolean): unknown {
  const redaction = redactionOf(hits, redacts);
  return redaction === undefined ? value : redacted(value, redaction);
}

/** The chosen findings in the shape of the value that they stand in; undefined if there are none. */
export function redactionOf(hits: readonly Hit[], redacts: (finding: Finding) => boolean): Redaction | undefined {
  const root: Redaction = { value: NOTHING, key: NOTHING, below: undefined };
  const containers = new Map<Place | undefined, Redaction>([[undefined, root]]);
  let any = false;
  for (const { place, kind, findings } of hits) {
    const chosen = findings.filter(redacts);
    if (chosen.length > 0) {
      any = true;
      const redaction = place === undefined ? root : redactionBelow(containerAt(place.parent, containers), place.key);
      // By reference, or joined: as arguments of `push`, more than some 100,000 findings would overflow the stack.
      redaction[kind] = redaction[kind].length === 0 ? chosen : redaction[kind].concat(chosen);
    }
  }
  return any ? root : undefined;
}

/** The redaction of a container; looked up once, however many hits there are in it. */
function containerAt(place: Place | undefined, containers: Map<Place | undefined, Redaction>): Redaction {
  let redaction = containers.get(place);
  if (redaction === undefined) {
    const { parent, key } = place as Place;
    redaction = redactionBelow(containerAt(parent, containers), key);
    containers.set(place, redaction);
  }
  return redaction;
}

function redactionBelow(container: Redaction, key: string | number): Redaction {
  const below = (container.below ??= new Map<string | number, Redaction>());
  let redaction = below.get(key);
  if (redaction === undefined) {
    redaction = { value: NOTHING, key: NOTHING, below: undefined };
    below.set(key, redaction);
  }
  return redaction;
}

function redacted(value: unknown, { value: findings, below }: Redaction): unknown {
  if (typeof value === 'string') {
    return redactText(value, findings);
  }
  if (typeof value === 'number') {
    return findings.length > 0 ? 0 : value;
  }
  if (below === undefined) {
    return value;
  }
  if (Array.isArray(value)) {
    return redactedArray(value, below);
  }
  return isJsonObject(value) ? redactedObject(value, below) : value;
}

function redactedArray(value: readonly unknown[], below: ReadonlyMap<string | number, Redaction>): readonly unknown[] {
  let copy: unknown[] | undefined;
  for (const [index, redaction] of below) {
    if (typeof index === 'number' && index < value.length) {
      const next = redacted(value[index], redaction);
      if (!Object.is(next, value[index])) {
        copy ??= [...value];
        copy[index] = next;
      }
    }
  }
  return copy ?? value;
}

function redactedObject(value: JsonObject, below: ReadonlyMap<string | number, Redaction>): JsonObject {
  const names = renamed(Object.keys(value), below);
  const copy: JsonObject = {};
  let changed = names.size > 0;
  for (const key of Object.keys(value)) {
    const redaction = below.get(key);
    const next = redaction === undefined ? value[key] : redacted(value[key], redaction);
    changed ||= !Object.is(next, value[key]);
    setMember(copy, names.get(key) ?? key, next);
  }
  return changed ? copy : value;
}

/**
 * The new names of the keys of an object that are to be redacted; none of them is the name of another member.
 *
 * @param members All keys of the object, in their order.
 */
export function renamed(
  members: readonly string[],
  below: ReadonlyMap<string | number, Redaction>,
): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  const keys = members.filter((key) => (below.get(key)?.key.length ?? 0) > 0);
  if (keys.length === 0) {
    return names;
  }
  const taken = new Set(members);
  const counts = new Map<string, number>();
  for (const key of keys) {
    const base = redactText(key, below.get(key)?.key ?? []);
    let count = counts.get(base) ?? 1;
    let name = count === 1 ? base : `${base}_${count}`;
    while (taken.has(name)) {
      count += 1;
      name = `${base}_${count}`;
    }
    counts.set(base, count);
    taken.add(name);
    names.set(key, name);
  }
  return names;
}
