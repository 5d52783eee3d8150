/** ASCII text as tag characters, which nobody sees and a model reads. */
export function asTags(ascii: string): string {
  return String.fromCodePoint(...Array.from(ascii, (character) => 0xe0000 + character.charCodeAt(0)));
}

/** Bytes as variation selectors, as data is smuggled in them. */
export function asSelectors(text: string): string {
  return String.fromCodePoint(...Array.from(Buffer.from(text), (byte) => (byte < 16 ? 0xfe00 : 0xe0100 - 16) + byte));
}

/** A text as JSON writes it for readers of ASCII alone. */
export function asJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
