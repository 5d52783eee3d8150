import { ALPHANUMERIC, CLASSES, classAt, DASH, DOT, HEX, UNDERSCORE } from '../../../characters.js';
import type { Detector } from '../../../detector.js';

/** Limits of RFC 5321, section 4.5.3.1. */
const LONGEST_LOCAL = 64;
const LONGEST_DOMAIN = 255;
const BACKSLASH = 0x5c;
const AT = 0x40;
const QUOTE = 0x22;
const PERCENT = 0x25;
/** Letters of other alphabets may stand in an address (RFC 6531); ideographs do not, as they touch it without a space. */
const FIRST_FOREIGN = 0xc0;
const LAST_FOREIGN = 0x1fff;
const TOP_LEVEL = /^(?:[a-z]{2,24}|xn--[a-z0-9-]{2,59}|[\u00c0-\u1fff]{2,24})$/i;
const DOMAIN_LABEL = /^(?![-_])[^_]{1,63}(?<!-)$/;
/** What stands behind the last full stop of a file or a unit, as in `icon@2x.png`, and is no top level domain. */
const FILE_ENDING =
  /^(?:png|jpe?g|gif|svg|webp|ico|css|s[ac]ss|less|[cm]?[jt]sx?|json|ya?ml|xml|html?|txt|log|tgz|tar|gz|bz2|whl|jar|exe|dll|service|socket|timer|target|mount|slice|scope|lock|toml|csv|pdf|lib)$/i;

const LONGEST_ENDING = 7;
const LONGEST_LABEL = 63;

/** A local part in quotation marks, as it ends before the at sign; as the marks are written in JSON, too. */
const QUOTED = /(?:(?:^|[^\w"\\])("[A-Za-z0-9][A-Za-z0-9 ._+-]{0,62}")|(\\"[A-Za-z0-9][A-Za-z0-9 ._+-]{0,62}\\"))$/;

/** Finds e-mail addresses (RFC 5321, the forms in common use; RFC 6531 for other alphabets). */
export const emailDetector: Detector = {
  types: ['email'],
  category: 'pii',
  anchor: { at: 'character', characters: '@' },
  detect(text, at, report) {
    const start = startOfLocal(text, at);
    // `@name@host` is a name in a social network.
    if (start === at || text.charCodeAt(start - 1) === AT) {
      return at;
    }
    const end = endOfDomain(text, at + 1);
    if (end === 0 || (text.slice(start, at) === 'git' && ':/'.includes(text.charAt(end)) && end < text.length)) {
      return at; // `git@host:path` names a repository, not a person.
    }
    return report('email', start, end, 0.9) ? end : at;
  },
};

/** True for an address with a local part, a domain of at least two labels and a plausible top level. */
export function isEmail(address: string): boolean {
  const at = address.lastIndexOf('@');
  return at > 0 && startOfLocal(address, at) === 0 && endOfDomain(address, at + 1) === address.length;
}

function isForeign(code: number): boolean {
  return code >= FIRST_FOREIGN && code <= LAST_FOREIGN;
}

function startOfLocal(text: string, at: number): number {
  if (text.charCodeAt(at - 1) === QUOTE) {
    const quoted = QUOTED.exec(text.slice(Math.max(0, at - LONGEST_LOCAL - 4), at));
    return at - (quoted?.[1] ?? quoted?.[2] ?? '').length;
  }
  let start = at;
  while (start > 0 && at - start < LONGEST_LOCAL && isLocalCharacter(text.charCodeAt(start - 1))) {
    start -= 1;
    if (text.charCodeAt(start) === PERCENT && start + 2 < at && isEncoded(text, start)) {
      start += 3; // `%3Cbob@`: what is encoded stands before the address.
      break;
    }
  }
  if (text.charCodeAt(start - 1) === BACKSLASH && start < at && 'nrtbf'.includes(text.charAt(start))) {
    start += 1;
  }
  while (start < at && (classAt(text, start) & (DOT | DASH)) !== 0) {
    start += 1;
  }
  return text.charAt(at - 1) === '.' ? at : start;
}

function isEncoded(text: string, at: number): boolean {
  return (classAt(text, at + 1) & HEX) !== 0 && (classAt(text, at + 2) & HEX) !== 0;
}

function isLocalCharacter(code: number): boolean {
  const bits = CLASSES[code] as number;
  return (bits & (ALPHANUMERIC | DOT | DASH | UNDERSCORE)) !== 0 || code === 0x2b || code === 0x25 || isForeign(code);
}

/** The end of a domain with at least two labels, the last of them a plausible top level; 0 for none. */
function endOfDomain(text: string, from: number): number {
  let end = from;
  let dots = 0;
  let plain = true;
  while (end < text.length && end - from < LONGEST_DOMAIN) {
    const code = text.charCodeAt(end);
    const bits = CLASSES[code] as number;
    if ((bits & (ALPHANUMERIC | DOT)) === 0) {
      if ((bits & DASH) === 0 && !isForeign(code)) break;
      plain = false;
    }
    dots += bits & DOT;
    end += 1;
  }
  // Most signs that are no address end here: `@name`, `@2x`.
  if (dots === 0) {
    return 0;
  }
  while (end > from && (classAt(text, end - 1) & (DOT | DASH)) !== 0) {
    end -= 1;
    dots -= (CLASSES[text.charCodeAt(end)] as number) & DOT;
  }
  if (dots === 0) {
    return 0;
  }
  const start = plain ? startOfPlainTop(text, from, end) : 0;
  if (start !== 0) {
    const top = text.slice(start, end);
    return TOP_LEVEL.test(top) && !(top.length <= LONGEST_ENDING && FILE_ENDING.test(top)) ? end : 0;
  }
  const labels = text.slice(from, end).split('.');
  const last = labels.pop() ?? '';
  // `bob@example.com-2024` is an address with something behind it.
  const top = last.startsWith('xn--') ? last : last.replace(/-.*$/s, '');
  const sound = labels.length > 0 && labels.every((label) => DOMAIN_LABEL.test(label));
  return sound && TOP_LEVEL.test(top) && !FILE_ENDING.test(top) ? end - last.length + top.length : 0;
}

/**
 * Where the last label of a domain of ASCII letters and digits alone begins, as most are; 0 where a label is empty or too
 * long.
 */
function startOfPlainTop(text: string, from: number, end: number): number {
  let start = from;
  for (let at = from; at < end; at += 1) {
    if ((classAt(text, at) & DOT) === 0) continue;
    if (at === start || at - start > LONGEST_LABEL) return 0;
    start = at + 1;
  }
  return start === from ? 0 : start;
}
