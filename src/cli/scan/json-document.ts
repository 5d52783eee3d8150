/** A text read as JSON: its value, or why it is better read as text. */
export type JsonDocument =
  { readonly value: unknown; readonly problem?: undefined } | { readonly problem: string; readonly isJson: boolean };

/** Deeper values would overflow the stack of what walks them. */
const DEEPEST = 500;
/** Numbers of so few characters come back as they were written. */
const SAFE_NUMBER = 15;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const NUMBER = /-?\d[\d.eE+-]*/y;

/** Reads JSON, unless reading it would lose a part: then what is lost would be neither scanned nor written again. */
export function readJson(text: string): JsonDocument {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (fault) {
    return { problem: `it is not JSON${placeOf(fault)}`, isJson: false };
  }
  const source = measure(text);
  if (source.depth > DEEPEST) {
    return { problem: `it is nested more than ${DEEPEST} deep`, isJson: true };
  }
  if (source.rounded) {
    return { problem: 'it holds a number with more digits than a number can keep', isJson: true };
  }
  if (source.strings !== measure(JSON.stringify(value)).strings) {
    return { problem: 'it holds an object with the same key twice', isJson: true };
  }
  return { value };
}

/** The position alone: the rest of the message of `JSON.parse` quotes the text. */
function placeOf(fault: unknown): string {
  const position = /at position (\d+)/.exec(String(fault))?.[1];
  return position === undefined ? '' : ` (see character ${Number(position) + 1})`;
}

/** Counts what `JSON.parse` may have dropped, in a text that is JSON. */
function measure(text: string): { depth: number; strings: number; rounded: boolean } {
  let depth = 0;
  let deepest = 0;
  let strings = 0;
  let rounded = false;
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (character === '"') {
      strings += 1;
      at = endOfString(text, at);
    } else if (character === '[' || character === '{') {
      depth += 1;
      deepest = Math.max(deepest, depth);
    } else if (character === ']' || character === '}') {
      depth -= 1;
    } else if (character === '-' || (character >= '0' && character <= '9')) {
      NUMBER.lastIndex = at;
      const number = NUMBER.exec(text)?.[0] ?? character;
      rounded ||= number.length > SAFE_NUMBER && String(Number(number)) !== number;
      at += number.length - 1;
    }
  }
  return { depth: deepest, strings, rounded };
}

/** The index of the closing quotation mark of a string. */
function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (text.charCodeAt(at) !== QUOTE) {
    at += text.charCodeAt(at) === BACKSLASH ? 2 : 1;
  }
  return at;
}
