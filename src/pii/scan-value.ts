import type { Direction, Finding, PIIScanner } from '../call/finding.js';
import { isThenable } from '../call/is-thenable.js';
import { isJsonObject, isOwn } from '../call/json.js';
import { checkedFindings } from './checked-findings.js';
import { type KeyKnowledge, UNREMARKABLE } from './key-memory.js';
import { redactionMark } from './redaction-mark.js';
import { RegexPIIScanner } from './regex-pii-scanner.js';
import { findSplitValues } from './split-values.js';
import { pathBelow, pathTo, type Place, ROOT } from './value-path.js';

/** The findings at one place of a value. */
export interface Hit {
  /** Shared by reference with what is below it, as keys may be long and hits many; undefined for the root. */
  readonly place: Place | undefined;
  readonly kind: 'value' | 'key';
  readonly findings: readonly Finding[];
}

/** What the scanner is told about where a value comes from. */
export interface ScanValueOptions {
  readonly direction: Direction;
  readonly tool: string;
}

const NO_HITS: readonly Hit[] = Object.freeze([]);
const NOTHING: readonly Finding[] = Object.freeze([]);

/** Integers from here on are long enough to be a card's, a telephone's or a person's number. */
const SMALLEST_NUMBER = 1_000_000;

/** Numbers from here on may be a password or a PIN where the name says so. */
const SMALLEST_PASSWORD = 1_000;

/** What a secret is called within an object that has its name: `{ password: { value: 'x' } }`. */
const VALUE_NAMES: ReadonlySet<string> = new Set([
  'value',
  'current',
  'plain',
  'plaintext',
  'plainText',
  'secretValue',
]);

/** A command line argument that may name the next one. */
const FLAG = /^--?([A-Za-z][\w-]{1,63})$/;

interface RawHit {
  readonly place: Place | undefined;
  readonly kind: 'value' | 'key';
  findings: readonly Finding[];
}

/** A key that announces a secret, and what is known about it. */
interface Announcement {
  readonly key: string;
  readonly knowledge: KeyKnowledge;
}

/**
 * Scans every string, key and long integer of a JSON value.
 *
 * The answer is a promise only if the scanner gave one anywhere; then all of them are awaited together. Depth and the
 * number of keys are bounded before this is called, so plain recursion will do.
 *
 * @throws Error where a scanner answers with anything but findings; whatever a scanner throws is passed on.
 */
export function scanValue(
  value: unknown,
  scanner: PIIScanner,
  options: ScanValueOptions,
): readonly Hit[] | Promise<readonly Hit[]> {
  const hits: RawHit[] = [];
  if (scanner instanceof RegexPIIScanner && scanner.scan === RegexPIIScanner.prototype.scan) {
    walkBuiltIn(value, scanner, undefined, hits);
    return hits.length === 0 ? NO_HITS : hits.map(toHit);
  }
  const walk = new ForeignWalk(scanner, options, hits);
  try {
    walk.visit(value, undefined, ROOT);
  } catch (error) {
    // Nobody will wait for the scans that are under way; their own failures are not to end the process.
    void Promise.allSettled(walk.pending);
    throw error;
  }
  const finish = (): readonly Hit[] => hits.filter((hit) => hit.findings.length > 0).map(toHit);
  return walk.pending.length === 0 ? finish() : Promise.all(walk.pending).then(finish);
}

function toHit({ place, kind, findings }: RawHit): Hit {
  const path = pathTo(place);
  return { place, kind, findings: findings.map((finding) => ({ ...finding, path })) };
}

/** The text that stands for a string or a long integer; undefined for what is not scanned. */
function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') {
    return value;
  }
  if (typeof value === 'number' && Number.isInteger(value) && Math.abs(value) >= SMALLEST_NUMBER) {
    return String(value);
  }
  return undefined;
}

/** What stands for a key in path texts: nothing of a key that holds a finding may be written there. */
function maskOf(findings: readonly Finding[]): string | undefined {
  const first = findings[0];
  return first === undefined ? undefined : redactionMark(first.type);
}

/**
 * The walk with the built-in scanner: places are only written down for containers and for findings.
 *
 * @param announced The key of a list or of an object that announces a secret, which is then what stands directly in it.
 */
function walkBuiltIn(
  value: unknown,
  scanner: RegexPIIScanner,
  place: Place | undefined,
  hits: RawHit[],
  announced?: Announcement,
): void {
  if (Array.isArray(value)) {
    walkList(value, scanner, place, hits, announced);
  } else if (isJsonObject(value)) {
    for (const key in value) {
      if (isOwn(value, key)) walkMember(key, value[key], scanner, place, hits, announced);
    }
  } else {
    const text = textOf(value);
    const findings = text === undefined ? NOTHING : scanner.scan(text);
    if (findings.length > 0) {
      hits.push({ place, kind: 'value', findings });
    }
  }
}

function walkList(
  list: readonly unknown[],
  scanner: RegexPIIScanner,
  parent: Place | undefined,
  hits: RawHit[],
  announced: Announcement | undefined,
): void {
  for (let index = 0; index < list.length; index += 1) {
    const item = list[index];
    if (typeof item === 'object' && item !== null) {
      walkBuiltIn(item, scanner, { parent, key: index, mask: undefined }, hits, announced);
    } else {
      const findings =
        announced === undefined
          ? scanItem(item, list[index - 1], scanner)
          : scanNamed(item, announced.key, announced.knowledge, scanner);
      if (findings.length > 0) {
        hits.push({ place: { parent, key: index, mask: undefined }, kind: 'value', findings });
      }
    }
  }
  if (list.length > 1) {
    for (const { index, finding } of findSplitValues(list, (text) => scanner.scan(text))) {
      hits.push({ place: { parent, key: index, mask: undefined }, kind: 'value', findings: [finding] });
    }
  }
}

/** An item of a list of command line arguments has its name before it: `["--password", "x"]`. */
function scanItem(item: unknown, before: unknown, scanner: RegexPIIScanner): readonly Finding[] {
  const name = typeof before === 'string' ? FLAG.exec(before)?.[1] : undefined;
  return scanNamed(item, name ?? '', name === undefined ? UNREMARKABLE : scanner.scanKey(name), scanner);
}

function scanNamed(value: unknown, key: string, knowledge: KeyKnowledge, scanner: RegexPIIScanner): readonly Finding[] {
  if (knowledge === UNREMARKABLE) {
    const text = textOf(value);
    return text === undefined ? NOTHING : scanner.scan(text);
  }
  const isShort = knowledge.secret === 'password' && Number.isInteger(value) && Number(value) >= SMALLEST_PASSWORD;
  const text = isShort ? String(value) : textOf(value);
  return text === undefined ? NOTHING : scanner.scanMember(key, knowledge, text);
}

/** True for a kind of secret that the name tells beyond doubt, so that it also tells what stands one level below. */
function announces({ secret }: KeyKnowledge): boolean {
  return secret !== undefined && secret !== 'hinted' && secret !== 'hinted_uuid';
}

function walkMember(
  key: string,
  member: unknown,
  scanner: RegexPIIScanner,
  parent: Place | undefined,
  hits: RawHit[],
  announced: Announcement | undefined,
): void {
  const knowledge: KeyKnowledge = scanner.scanKey(key);
  const mask = knowledge === UNREMARKABLE ? undefined : maskOf(knowledge.findings);
  if (mask !== undefined) {
    hits.push({ place: { parent, key, mask }, kind: 'key', findings: knowledge.findings });
  }
  if (typeof member === 'object' && member !== null) {
    const below = announces(knowledge) ? { key, knowledge } : undefined;
    walkBuiltIn(member, scanner, { parent, key, mask }, hits, below);
    return;
  }
  const findings =
    announced !== undefined && VALUE_NAMES.has(key)
      ? scanNamed(member, announced.key, announced.knowledge, scanner)
      : scanNamed(member, key, knowledge, scanner);
  if (findings.length > 0) {
    hits.push({ place: { parent, key, mask }, kind: 'value', findings });
  }
}

/** The walk with a scanner of somebody's own: synchronous, asynchronous, or now one and now the other. */
class ForeignWalk {
  readonly pending: Promise<void>[] = [];

  constructor(
    private readonly scanner: PIIScanner,
    private readonly options: ScanValueOptions,
    private readonly hits: RawHit[],
  ) {}

  /** The path text is handed down, as it is told before every key is known to be clean: `pathTo` would remember it. */
  visit(value: unknown, place: Place | undefined, path: string): void {
    if (Array.isArray(value)) {
      for (let index = 0; index < value.length; index += 1) {
        const item: Place = { parent: place, key: index, mask: undefined };
        this.visit(value[index], item, pathBelow(path, item));
      }
    } else if (isJsonObject(value)) {
      for (const key of Object.keys(value)) {
        const member: Place = { parent: place, key, mask: undefined };
        const named = pathBelow(path, member);
        this.#scan(key, { place: member, kind: 'key', findings: NOTHING }, named, member);
        this.visit(value[key], member, member.mask === undefined ? named : pathBelow(path, member));
      }
    } else {
      const text = textOf(value);
      if (text !== undefined) {
        this.#scan(text, { place, kind: 'value', findings: NOTHING }, path, undefined);
      }
    }
  }

  /** Scans one text; what is found in a key also hides that key in the path texts, which are written at the end. */
  #scan(text: string, hit: RawHit, path: string, named: Place | undefined): void {
    this.hits.push(hit);
    const take = (answer: unknown): void => {
      hit.findings = checkedFindings(answer, text.length);
      if (named !== undefined) {
        named.mask = maskOf(hit.findings);
      }
    };
    const answer: unknown = this.scanner.scan(text, { path, ...this.options });
    if (isThenable(answer)) {
      this.pending.push(Promise.resolve(answer).then(take));
    } else {
      take(answer);
    }
  }
}
