/** No invisible character. */
const NONE = 0;
/** Joiners, spaces without width, fillers and operators without a sign. */
const ZERO_WIDTH = 1;
/** A variation selector of the first block. */
const SELECTOR = 2;
/** A direction mark: of use in right-to-left text, and by itself harmless. */
const MARK = 3;
/** Opens or closes an embedding or an isolate. */
const BRACKET = 4;
/** Turns the order of all that follows. */
const OVERRIDE = 5;
/** The first half of a tag character or of a variation selector of the second block. */
const HIGH = 6;

const FIRST_LOW = 0xdc00;
const LAST_LOW = 0xdfff;
/** The second halves of U+E0100 to U+E01EF. */
const FIRST_LOW_SELECTOR = 0xdd00;
const LAST_LOW_SELECTOR = 0xddef;

const KINDS = kindsOfAll();

/** The code units at which a run of invisible characters may begin. */
export const INVISIBLE: string = String.fromCharCode(
  ...Array.from(KINDS.keys()).filter((code) => KINDS[code] !== NONE),
);

/** What a run of invisible characters is made of. */
export interface InvisibleRun {
  /** Where the run ends. */
  readonly end: number;
  readonly tags: number;
  readonly selectors: number;
  readonly zeroWidths: number;
  readonly marks: number;
  readonly brackets: number;
  readonly overrides: number;
}

/**
 * Reads the invisible characters that begin at a place.
 *
 * They are those that Unicode has without a sign of their own (Default_Ignorable_Code_Point, UAX #44): U+00AD, U+034F,
 * U+115F, U+1160, U+180E, U+200B to U+200F, U+202A to U+202E, U+2060 to U+206F, U+3164, U+FE00 to U+FE0F, U+FEFF,
 * U+FFA0 and U+E0000 to U+E03FF; besides, U+061C.
 */
export function readInvisibleRun(text: string, from: number): InvisibleRun {
  const run = { end: from, tags: 0, selectors: 0, zeroWidths: 0, marks: 0, brackets: 0, overrides: 0 };
  for (let at = from; at < text.length; at = run.end) {
    switch (KINDS[text.charCodeAt(at)]) {
      case ZERO_WIDTH:
        run.zeroWidths += 1;
        break;
      case SELECTOR:
        run.selectors += 1;
        break;
      case MARK:
        run.marks += 1;
        break;
      case BRACKET:
        run.brackets += 1;
        break;
      case OVERRIDE:
        run.overrides += 1;
        break;
      case HIGH: {
        const low = text.charCodeAt(at + 1);
        if (!(low >= FIRST_LOW && low <= LAST_LOW)) return run;
        if (low >= FIRST_LOW_SELECTOR && low <= LAST_LOW_SELECTOR) run.selectors += 1;
        else run.tags += 1;
        run.end += 1;
        break;
      }
      default:
        return run;
    }
    run.end += 1;
  }
  return run;
}

/**
 * Where the characters begin that nobody sees and that end at a place, not before `from`.
 *
 * Brackets, which come in pairs, end them. Control characters are of them: without what stood between, two of them may
 * come together, or one may begin a sequence with what comes next.
 */
export function startOfUnseen(text: string, from: number, end: number): number {
  let at = end;
  for (;;) {
    const length = isUnseen(text, at - 1) ? 1 : isSupplement(text, at - 2) ? 2 : 0;
    if (length === 0 || at - length < from) return at;
    at -= length;
  }
}

/** Where the characters end that nobody sees and that begin at a place; what ends them is what begins them. */
export function endOfUnseen(text: string, start: number): number {
  let at = start;
  for (;;) {
    const length = isUnseen(text, at) ? 1 : isSupplement(text, at) ? 2 : 0;
    if (length === 0) return at;
    at += length;
  }
}

function isUnseen(text: string, at: number): boolean {
  if (!(at >= 0 && at < text.length)) return false;
  const code = text.charCodeAt(at);
  const kind = KINDS[code];
  return kind === ZERO_WIDTH || kind === SELECTOR || kind === MARK || isControl(code);
}

/** C0 and C1 controls and DEL, but no white space. */
function isControl(code: number): boolean {
  return (code < 0x20 && !(code >= 0x09 && code <= 0x0d)) || (code >= 0x7f && code <= 0x9f && code !== 0x85);
}

function isSupplement(text: string, at: number): boolean {
  const low = at >= 0 && KINDS[text.charCodeAt(at)] === HIGH ? text.charCodeAt(at + 1) : 0;
  return low >= FIRST_LOW && low <= LAST_LOW;
}

function kindsOfAll(): Uint8Array {
  const kinds = new Uint8Array(65_536);
  const add = (kind: number, ...ranges: readonly (readonly [from: number, to: number])[]): void => {
    for (const [from, to] of ranges) kinds.fill(kind, from, to + 1);
  };
  add(ZERO_WIDTH, [0xad, 0xad], [0x34f, 0x34f], [0x115f, 0x1160], [0x180e, 0x180e], [0x200b, 0x200d]);
  add(ZERO_WIDTH, [0x2060, 0x2065], [0x206a, 0x206f], [0x3164, 0x3164], [0xfeff, 0xfeff], [0xffa0, 0xffa0]);
  add(SELECTOR, [0xfe00, 0xfe0f]);
  add(MARK, [0x61c, 0x61c], [0x200e, 0x200f]);
  add(BRACKET, [0x202a, 0x202c], [0x2066, 0x2069]);
  add(OVERRIDE, [0x202d, 0x202e]);
  add(HIGH, [0xdb40, 0xdb40]);
  return kinds;
}
