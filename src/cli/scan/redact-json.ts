import type { Finding } from '../../call/finding.js';
import { redactText, type Redaction, renamed } from '../../pii/redact.js';

const WHITE_SPACE = /[\t\n\r ]*/y;
/** A number, or a word such as `null`. */
const SCALAR = /[^\t\n\r ,\]}]+/y;
const BACKSLASH = 0x5c;
const QUOTE = 0x22;
const LOWER_U = 0x75;
const LENGTH_OF_UNIT = 6;
const LENGTH_OF_ESCAPE = 2;

/**
 * The text of a JSON value with marks in place of what is to be redacted, and otherwise as it stands, byte for byte: the
 * order of members, white space, escape sequences, and how numbers are written.
 *
 * A string that loses hostile text is written anew as a whole, as its parts may come together to something else.
 *
 * @param text A JSON text that `readJson` took: no member twice, and nowhere deeper than a stack.
 */
export function redactJson(text: string, redaction: Redaction): string {
  const writer = new Writer(text);
  writer.value(redaction);
  return writer.end();
}

/** Reads a text from left to right, and copies it except for what is put in the place of a string or of a number. */
class Writer {
  readonly #written: string[] = [];
  #copied = 0;
  #at = 0;

  constructor(private readonly text: string) {}

  value({ value, below }: Redaction): void {
    this.#skipWhiteSpace();
    const first = this.text.charAt(this.#at);
    if (first === '"') {
      this.#string(value);
    } else if (first === '{') {
      this.#object(below);
    } else if (first === '[') {
      this.#list(below);
    } else {
      const start = this.#at;
      this.#skip(SCALAR);
      if (value.length > 0) this.#replace(start, '0');
    }
  }

  end(): string {
    this.#written.push(this.text.slice(this.#copied));
    return this.#written.join('');
  }

  #object(below: Redaction['below']): void {
    const names = below !== undefined && anyKey(below) ? renamed(this.#keysFrom(this.#at), below) : NO_NAMES;
    this.#each('}', () => {
      const key = this.#readString();
      const name = names.get(key.value);
      if (name !== undefined) this.#replace(key.start, JSON.stringify(name));
      this.#skipWhiteSpace();
      this.#at += 1; // The colon.
      this.value(below?.get(key.value) ?? CLEAN);
    });
  }

  #list(below: Redaction['below']): void {
    let index = 0;
    this.#each(']', () => {
      this.value(below?.get(index) ?? CLEAN);
      index += 1;
    });
  }

  /** The keys of the object that begins at a place; the place to go on from stays where it is. */
  #keysFrom(start: number): string[] {
    const keys: string[] = [];
    const skimmed = new Writer(this.text);
    skimmed.#at = start;
    skimmed.#each('}', () => {
      keys.push(skimmed.#readString().value);
      skimmed.#skipWhiteSpace();
      skimmed.#at += 1;
      skimmed.value(CLEAN);
    });
    return keys;
  }

  #each(closing: string, read: () => void): void {
    do {
      this.#at += 1; // The bracket, or the comma.
      this.#skipWhiteSpace();
      if (this.text.charAt(this.#at) !== closing) read();
      this.#skipWhiteSpace();
    } while (this.text.charAt(this.#at) === ',');
    this.#at += 1;
  }

  #string(findings: readonly Finding[]): void {
    if (findings.length === 0) {
      this.#skipString();
      return;
    }
    const { start, value } = this.#readString();
    const source = this.text.slice(start, this.#at);
    this.#replace(
      start,
      findings.some(({ category }) => category === 'text')
        ? JSON.stringify(redactText(value, findings))
        : redactText(source, inSource(source, findings)),
    );
  }

  #readString(): { start: number; value: string } {
    const start = this.#at;
    this.#skipString();
    return { start, value: JSON.parse(this.text.slice(start, this.#at)) as string };
  }

  #skipString(): void {
    this.#at += 1;
    while (this.text.charCodeAt(this.#at) !== QUOTE) {
      this.#at += this.text.charCodeAt(this.#at) === BACKSLASH ? 2 : 1;
    }
    this.#at += 1;
  }

  #replace(start: number, written: string): void {
    this.#written.push(this.text.slice(this.#copied, start), written);
    this.#copied = this.#at;
  }

  #skipWhiteSpace(): void {
    this.#skip(WHITE_SPACE);
  }

  #skip(pattern: RegExp): void {
    pattern.lastIndex = this.#at;
    if (pattern.test(this.text)) this.#at = pattern.lastIndex;
  }
}

const CLEAN: Redaction = { value: [], key: [], below: undefined };
const NO_NAMES: ReadonlyMap<string, string> = new Map();

function anyKey(below: ReadonlyMap<string | number, Redaction>): boolean {
  return Array.from(below.values()).some(({ key }) => key.length > 0);
}

/** Findings in a string, moved to where they stand in the string as it is written in JSON, with its quotation marks. */
function inSource(source: string, findings: readonly Finding[]): readonly Finding[] {
  const offsets: number[] = [];
  for (let at = 1; at < source.length;) {
    offsets.push(at);
    if (source.charCodeAt(at) !== BACKSLASH) at += 1;
    else at += source.charCodeAt(at + 1) === LOWER_U ? LENGTH_OF_UNIT : LENGTH_OF_ESCAPE;
  }
  return findings.map((finding) => ({
    ...finding,
    start: offsets[finding.start] as number,
    end: offsets[finding.end] as number,
  }));
}
