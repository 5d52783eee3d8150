import type { Detector, Report } from '../../detector.js';
import { startOfName } from './assigned-name.js';

const KIND = /kind["']?:\s{0,4}["']?secret(?![\w-])/iy;
const DATA = /(^|[\n{,])([\t ]*)["']?(?:data|stringData)["']?:/g;
/** Base64 behind a colon, on the same line or as a block scalar (YAML 1.2, section 8.1). */
const VALUE = /:[\t ]{0,8}(?:[|>]-?[\t ]{0,8}\r?\n[\t ]{1,32})?["']?([A-Za-z0-9+/]{10,}={0,2})(?=["'\s,}]|$)/y;
/** What a Secret keeps beside the password, and is none. */
const HARMLESS = /(?:user|username|host|hostname|port|region|endpoint|url|email|database|dbname|namespace|name)$/i;
const WORD = 'kind';
const DOCUMENT_END = '\n---';
/** A value may be a whole certificate, or several. */
const REACH = 65_536;

/**
 * Finds the base64 values of a Secret (Kubernetes API reference, Secret v1: `data` maps names to base64 text).
 *
 * `data` may stand before or behind `kind`; what lies between one `kind` and the next, or a document's end, is read once
 * in each direction.
 */
export const kubernetesSecretDetector: Detector = {
  types: ['secret'],
  category: 'secret',
  anchor: { at: 'prefix', prefixes: [WORD] },
  detect(text, at, report) {
    KIND.lastIndex = at;
    if (!KIND.test(text)) {
      return at;
    }
    const from = Math.max(at - REACH, text.lastIndexOf(WORD, at - 1), 0);
    const before = text.slice(from, at);
    detectData(text, from + Math.max(0, before.lastIndexOf(DOCUMENT_END)), at, report);
    const behind = KIND.lastIndex;
    const next = text.indexOf(WORD, behind);
    const after = text.slice(behind, next < 0 ? behind + REACH : Math.min(next, behind + REACH));
    const end = after.indexOf(DOCUMENT_END);
    detectData(text, behind, behind + (end < 0 ? after.length : end), report);
    return at;
  },
};

function detectData(text: string, from: number, to: number, report: Report): void {
  const region = text.slice(from, to);
  DATA.lastIndex = 0;
  for (let data = DATA.exec(region); data !== null; data = DATA.exec(region)) {
    const indent = data[2]?.length ?? 0;
    const start = DATA.lastIndex;
    const end = data[1] === '{' || data[1] === ',' ? endOfObject(region, start) : endOfBlock(region, start, indent);
    detectValues(text, from + start, from + end, report);
    DATA.lastIndex = Math.max(start, end - 1);
  }
}

function endOfObject(region: string, from: number): number {
  const end = region.indexOf('}', from);
  return end < 0 ? region.length : end;
}

/** Where the lines end that are indented further than the one before them. */
function endOfBlock(region: string, from: number, indent: number): number {
  let line = region.indexOf('\n', from);
  while (line >= 0) {
    let first = line + 1;
    while (region.charAt(first) === ' ' || region.charAt(first) === '\t') {
      first += 1;
    }
    if (first - line - 1 <= indent && first < region.length && region.charAt(first) !== '\n') {
      return line + 1;
    }
    line = region.indexOf('\n', Math.max(first, line + 1));
  }
  return region.length;
}

function detectValues(text: string, from: number, to: number, report: Report): void {
  for (let colon = text.indexOf(':', from); colon >= 0 && colon < to; colon = text.indexOf(':', colon + 1)) {
    VALUE.lastIndex = colon;
    const value = VALUE.exec(text)?.[1];
    if (value === undefined) {
      continue;
    }
    const end = text.indexOf(value, colon) + value.length;
    const name = nameBefore(text, colon);
    if (name !== '' && value.length % 4 === 0 && !HARMLESS.test(name) && holdsSecret(value)) {
      report('secret', end - value.length, end, 0.7);
    }
    colon = end - 1;
  }
}

function nameBefore(text: string, colon: number): string {
  const end = text.charAt(colon - 1) === '"' || text.charAt(colon - 1) === "'" ? colon - 1 : colon;
  return text.slice(startOfName(text, end), end);
}

/** True for a capital behind a small letter behind a capital. */
function changesCaseBack(value: string): boolean {
  const capital = value.search(/[A-Z]/);
  const small = value.slice(capital).search(/[a-z]/);
  return capital >= 0 && small >= 0 && /[A-Z]/.test(value.slice(capital + small));
}

/** Base64 in earnest has both cases, or digits, or its padding; a word has none of these. */
function holdsSecret(value: string): boolean {
  return /[a-z]/.test(value) && /[A-Z]/.test(value) && (/[0-9+/=]/.test(value) || changesCaseBack(value));
}
