const FIRST_STRONG_ISOLATE = 0x2068;
const POP_ISOLATE = 0x2069;
const POP_EMBEDDING = 0x202c;
const REACH = 128;
const NEAR = 32;
/** Nobody nests deeper, and a reading that ends here reads each character but a few times. */
const DEEPEST = 8;
/** Letters of the scripts written from right to left; the last are first halves (U+10800 to U+10FFF, U+1E800 to U+1EFFF). */
const RIGHT_TO_LEFT = /[\u0590-\u061b\u061d-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\ud802\ud803\ud83a\ud83b]/;
/** A direction mark at once behind FIRST STRONG ISOLATE takes the place of its first letter. */
const LEADING_MARK = /^[\u200f\u061c]/;

/**
 * True if what opens an embedding or isolate at a place does more than right-to-left text needs (UAX #9):
 *
 * - it is not closed in its line, so that it reaches over what others wrote; or
 * - no letter written from right to left is near, so that there is nothing to be ordered.
 *
 * The isolate that takes its direction from its contents (U+2068) need not have such letters near: message formatters
 * put one around whatever they fill in, in every language. All work is within a fixed distance: what neither is closed
 * nor ends within it counts as closed.
 */
export function isSuspectOpener(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  if (!opens(code)) return false;
  const end = closerOf(text, at, code);
  if (end === undefined) return true;
  if (code === FIRST_STRONG_ISOLATE && !LEADING_MARK.test(text.charAt(at + 1))) return false;
  return !RIGHT_TO_LEFT.test(text.slice(Math.max(0, at - NEAR), end + NEAR));
}

/** Where the opener is closed, or how far was looked; undefined where its line ends before that. */
function closerOf(text: string, opener: number, kind: number): number | undefined {
  const isolates = opensIsolate(kind);
  let depth = 1;
  for (let at = opener + 1; at <= opener + REACH; at += 1) {
    const code = at < text.length ? text.charCodeAt(at) : 0x0a;
    if (code === 0x0a || code === 0x0d || code === 0x2029) return undefined;
    if (code < POP_EMBEDDING || code > POP_ISOLATE) continue;
    if (isolates ? opensIsolate(code) : opens(code) && !opensIsolate(code)) depth += 1;
    // The end of an isolate ends the embeddings in it as well.
    else if (code === (isolates ? POP_ISOLATE : POP_EMBEDDING) || code === POP_ISOLATE) depth -= 1;
    if (depth === 0) return at;
    if (depth > DEEPEST) return undefined;
  }
  return opener + REACH;
}

function opens(code: number): boolean {
  return (code >= 0x202a && code <= 0x202e && code !== POP_EMBEDDING) || opensIsolate(code);
}

function opensIsolate(code: number): boolean {
  return code >= 0x2066 && code <= FIRST_STRONG_ISOLATE;
}
