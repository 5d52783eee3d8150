import { CLASSES, LETTER, LOWER, UPPER } from '../../../characters.js';
import { ID_WORDS, type IdName } from './id-words.js';

const BEFORE = 48;
const BEHIND = 24;
/** How many words that are names are read; what is further away says less. */
const MOST_NAMES = 2;
const FIRST_FOREIGN = 0xc0;
/** From here on a language needs no spaces, so that a word may begin at any character. */
const FIRST_UNSPACED = 0x0e00;
const QUOTE = 0x22;
const SINGLE_QUOTE = 0x27;
const HASH = 0x23;
const COMMA = 0x2c;
const BACKSLASH = 0x5c;
const SPACE = 0x20;
const LINE_FEED = 0x0a;
const COLON = 0x3a;
const SEMICOLON = 0x3b;
const OPEN = 0x7b;
const CLOSE = 0x7d;
/** What may stand between two words of one name. */
const BETWEEN = ' _-.\'’"\n';
/** What may stand between a name and its number: the rest of the word, words such as "number", and signs. */
const LABEL_REST =
  /^(?:\p{Ll}{0,16}|\p{Lu}{0,16})(?:[^\p{L}\d]|[Nn][°º]|(?:[Nn]umbers?|NUMBER|[Nn]um|NUM|[Nn]o|NO|[Nn]r|NR|[Ii]d|ID|[Cc]ode|CODE|[Cc]ard|CARD|document|is|was|of|the|my|ist|lautet|est|es|de|del|di|du|n[uú]mero|num[eé]ro|[Nn]ummer)(?!\p{Ll}))*$/u;
const NAMES = Object.keys(ID_WORDS) as IdName[];

/** The part of a rule that speaks of names. */
interface NamedRule {
  readonly names: readonly IdName[];
  readonly unless?: readonly IdName[];
  readonly labelled?: true;
}

/** A place in the tree of all phrases, by their characters. */
interface Branch {
  readonly next: Map<number, Branch>;
  /** Where a space of the phrase leads: it stands for two signs at most. */
  space: Branch | undefined;
  /** What a phrase is a name of that ends here, and what one is that may be the start of a longer word. */
  readonly whole: number[];
  readonly started: number[];
}

const PHRASES = phrasesByStart();

/** What a note says: a name stands there, or something that names do not reach across, in one direction or the other. */
const NAME = 1;
const ENDS_AHEAD = 2;
const ENDS_BEHIND = 4;
const LINE_END = 8;
/** Room for a note at each character of the widest view, with the number in its middle. */
const NOTES = 256;
const KINDS = kindsOfAll();

/**
 * The names in the few dozen characters before a number and behind it, in the same member of an object or the same
 * sentence.
 *
 * A text is read once from left to right, as far as the numbers ask for, and what is of interest is noted; each word is
 * looked up by its first three letters. So the work grows neither with the list of names nor with how close numbers
 * stand. One instance is filled again and again.
 */
export class IdContext {
  readonly #read = new Int32Array(NAMES.length);
  readonly #ends = new Int32Array(NAMES.length);
  readonly #noteStarts = new Int32Array(NOTES);
  readonly #noteEnds = new Int32Array(NOTES);
  readonly #noteKinds = new Uint8Array(NOTES);
  /** The names that stand where a note says so. */
  readonly #noteNames: (readonly number[])[] = [];
  /** How many notes were made; the last `NOTES` are kept. */
  #notes = 0;
  #scan = 0;
  #readTo = 0;
  #reading = 0;
  #start = 0;

  /**
   * Reads what stands around a number; answers whether there is any name.
   *
   * @param scan Which scan of a text it is (`NumberGroups.scan`), as long as which the text is the same; 0 for none.
   */
  read(text: string, start: number, end: number, scan: number): boolean {
    this.#reading += 1;
    this.#start = start;
    const first = Math.max(0, start - BEFORE);
    const last = Math.min(text.length, end + BEHIND);
    if (scan === 0 || scan !== this.#scan || first > this.#readTo || start < this.#readTo - NOTES / 2) {
      this.#scan = scan;
      this.#notes = 0;
      this.#readTo = first;
    }
    this.#noteUntil(text, last);
    const behind = this.#takeBehind(end, last);
    return this.#takeAhead(first, start) || behind;
  }

  /** True if a number of a rule is called so there; the text is the one that was read. */
  names(rule: NamedRule, text: string): boolean {
    return (
      rule.names.some((name) => this.#has(name) && (rule.labelled !== true || this.#isLabel(name, text))) &&
      rule.unless?.some((name) => this.#has(name)) !== true
    );
  }

  #has(name: IdName): boolean {
    return this.#read[INDEXES[name]] === this.#reading;
  }

  /** True if nothing but the rest of a label stands between a name and the number. */
  #isLabel(name: IdName, text: string): boolean {
    const end = this.#ends[INDEXES[name]] as number;
    return end <= this.#start && LABEL_REST.test(text.slice(end, this.#start));
  }

  #noteUntil(text: string, last: number): void {
    for (; this.#readTo < last; this.#readTo += 1) {
      const at = this.#readTo;
      const code = text.charCodeAt(at);
      const kind = KINDS[code] as number;
      if (kind === NAME) {
        this.#noteWord(text, at, code);
      } else if (kind !== 0) {
        const member = code === COMMA && endsMember(text, at) ? ENDS_AHEAD : 0;
        this.#note(at, at + 1, kind | member);
      }
    }
  }

  #note(start: number, end: number, kind: number): number {
    const note = this.#notes % NOTES;
    this.#noteStarts[note] = start;
    this.#noteEnds[note] = end;
    this.#noteKinds[note] = kind;
    this.#notes += 1;
    return note;
  }

  #noteWord(text: string, at: number, code: number): void {
    const before = at > 0 ? text.charCodeAt(at - 1) : SPACE;
    if (isLetter(before) && !beginsWithin(text, at, code, before)) {
      return;
    }
    const list = PHRASES.index[startOf(code, text.charCodeAt(at + 1), text.charCodeAt(at + 2))] as number;
    if (list !== 0) {
      this.#follow(text, at, at, PHRASES.branches[list] as Branch);
    }
  }

  /** Notes each phrase that goes on from a place as a branch does. */
  #follow(text: string, start: number, from: number, root: Branch): void {
    let branch: Branch | undefined = root;
    for (let at = from; branch !== undefined; at += 1) {
      if (branch.started.length > 0) this.#noteName(text, start, at, branch.started);
      if (branch.whole.length > 0 && endsWord(text, at)) this.#noteName(text, start, at, branch.whole);
      if (branch.space !== undefined) this.#follow(text, start, behindSigns(text, at), branch.space);
      branch = at < text.length ? branch.next.get(folded(text.charCodeAt(at))) : undefined;
    }
  }

  #noteName(text: string, start: number, end: number, names: readonly number[]): void {
    if (!isMark(text, start, end)) {
      this.#noteNames[this.#note(start, end, NAME)] = names;
    }
  }

  /** Backwards, and not to another member of the object, whose key does not speak of this number. */
  #takeAhead(first: number, start: number): boolean {
    let lines = 0;
    let words = 0;
    let word = -1;
    for (let count = this.#notes - 1; count >= 0 && count >= this.#notes - NOTES; count -= 1) {
      const note = count % NOTES;
      const at = this.#noteStarts[note] as number;
      const kind = this.#noteKinds[note] as number;
      if (at >= start) continue;
      if (at < first || (kind & ENDS_AHEAD) !== 0) break;
      if ((kind & LINE_END) !== 0) {
        lines += 1;
        if (lines > 1) break;
      }
      if (kind === NAME && (this.#noteEnds[note] as number) <= start) {
        // Several names may begin with one word.
        if (at !== word && words >= MOST_NAMES) break;
        words += at === word ? 0 : 1;
        word = at;
        this.#take(note);
      }
    }
    return words > 0;
  }

  /** Not behind the end of a clause, where another number is spoken of. */
  #takeBehind(end: number, last: number): boolean {
    let any = false;
    // The notes are in order, so that the first one behind the number is looked for from the last.
    let count = this.#notes;
    const oldest = Math.max(0, this.#notes - NOTES);
    while (count > oldest && (this.#noteStarts[(count - 1) % NOTES] as number) >= end) count -= 1;
    for (; count < this.#notes; count += 1) {
      const note = count % NOTES;
      const kind = this.#noteKinds[note] as number;
      if ((kind & ENDS_BEHIND) !== 0 || (this.#noteStarts[note] as number) >= last) break;
      if (kind === NAME) {
        this.#take(note);
        any = true;
      }
    }
    return any;
  }

  #take(note: number): void {
    const end = this.#noteEnds[note] as number;
    for (const index of this.#noteNames[note] as readonly number[]) {
      // The one that ends closest ahead of the number counts.
      const known = this.#read[index] === this.#reading ? (this.#ends[index] as number) : 0;
      this.#ends[index] = known > this.#start ? end : Math.max(end, known);
      this.#read[index] = this.#reading;
    }
  }
}

/** True if the key of a member says that its value is a number of one of the kinds that need such a word. */
export function namesId(key: string): boolean {
  KEY.read(key, key.length, key.length, 0);
  return KEY.names({ names: NAMES }, key);
}

const KEY = new IdContext();
const INDEXES = Object.fromEntries(NAMES.map((name, index) => [name, index])) as Record<IdName, number>;

/** The phrases by their first three characters; what is shorter or parted there is listed under every third one. */
function phrasesByStart(): { readonly index: Uint16Array; readonly branches: readonly Branch[] } {
  const index = new Uint16Array(32 * 32 * 32);
  const branches = [newBranch()];
  NAMES.forEach((name, number) => {
    for (const entry of ID_WORDS[name].split(', ')) {
      const goesOn = entry.endsWith('*');
      const text = goesOn ? entry.slice(0, -1) : entry;
      const [first, second, third] = [0, 1, 2].map((at) => text.charCodeAt(at)) as [number, number, number];
      const open = text.length < 3 || !isLetter(third) || !isLetter(second);
      for (const each of open ? Array.from({ length: 32 }, (_, code) => code) : [third]) {
        const start = startOf(first, second, each);
        index[start] ||= branches.push(newBranch()) - 1;
        const end = endOfPhrase(branches[index[start]] as Branch, text);
        (goesOn ? end.started : end.whole).push(number);
      }
    }
  });
  return { index, branches };
}

function newBranch(): Branch {
  return { next: new Map(), space: undefined, whole: [], started: [] };
}

/** Where a phrase ends in the tree; what is missing of it is added. */
function endOfPhrase(root: Branch, phrase: string): Branch {
  let branch = root;
  for (let at = 0; at < phrase.length; at += 1) {
    const code = folded(phrase.charCodeAt(at));
    const next: Branch = (code === SPACE ? branch.space : branch.next.get(code)) ?? newBranch();
    if (code === SPACE) branch.space = next;
    else branch.next.set(code, next);
    branch = next;
  }
  return branch;
}

/** The first three characters as one number, without regard to case; several may have the same. */
function startOf(first: number, second: number, third: number): number {
  return ((first & 31) << 10) | ((second & 31) << 5) | (third & 31);
}

function endsMember(text: string, comma: number): boolean {
  const next = text.charCodeAt(comma + 1);
  return isQuote(text.charCodeAt(comma - 1)) || isQuote(next === SPACE ? text.charCodeAt(comma + 2) : next);
}

function isQuote(code: number): boolean {
  return code === QUOTE || code === SINGLE_QUOTE || code === BACKSLASH;
}

/** What is noted at each character: letters may begin a name, and signs end what is spoken of. */
function kindsOfAll(): Uint8Array {
  const kinds = new Uint8Array(65_536);
  for (let code = 0; code < kinds.length; code += 1) kinds[code] = isLetter(code) ? NAME : 0;
  kinds[OPEN] = ENDS_AHEAD;
  kinds[CLOSE] = kinds[SEMICOLON] = ENDS_AHEAD | ENDS_BEHIND;
  kinds[COLON] = kinds[QUOTE] = kinds[COMMA] = ENDS_BEHIND;
  kinds[LINE_FEED] = LINE_END | ENDS_BEHIND;
  return kinds;
}

function isLetter(code: number): boolean {
  return ((CLASSES[code] as number) & LETTER) !== 0 || code >= FIRST_FOREIGN;
}

/** True if a word begins behind a letter: in a language without spaces, behind an escape, or as in `taxFile`. */
function beginsWithin(text: string, at: number, code: number, before: number): boolean {
  return (
    code >= FIRST_UNSPACED ||
    (isOf(code, UPPER) && isOf(before, LOWER)) ||
    (text.charCodeAt(at - 2) === BACKSLASH && 'nrt'.includes(text.charAt(at - 1)))
  );
}

function isOf(code: number, mask: number): boolean {
  return ((CLASSES[code] as number) & mask) !== 0;
}

/** Behind the signs that may stand between two words of one name: two at most. */
function behindSigns(text: string, from: number): number {
  let at = from;
  while (at < from + 2 && at < text.length && BETWEEN.includes(text.charAt(at))) at += 1;
  return at;
}

/** True if a phrase that must be a whole word may end at a place. */
function endsWord(text: string, at: number): boolean {
  const next = at < text.length ? text.charCodeAt(at) : SPACE;
  const last = text.charCodeAt(at - 1);
  return !isLetter(next) || last >= FIRST_UNSPACED || (isOf(next, UPPER) && isOf(last, LOWER));
}

/** Lower case for the letters of ASCII and of Latin-1, Greek and Cyrillic as far as their cases lie 32 apart. */
function folded(code: number): number {
  if ((code >= 0x41 && code <= 0x5a) || (code >= 0xc0 && code <= 0xde) || (code >= 0x0410 && code <= 0x042f)) {
    return code + 32;
  }
  return code;
}

/** What redaction has written says nothing about other digits: `##PASSPORT##`. */
function isMark(text: string, start: number, end: number): boolean {
  return (
    (text.charCodeAt(start - 1) === HASH && text.charCodeAt(start - 2) === HASH) ||
    (text.charCodeAt(end) === HASH && text.charCodeAt(end + 1) === HASH)
  );
}
