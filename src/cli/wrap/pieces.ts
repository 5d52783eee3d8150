import type { Edit } from 'jsonc-parser';

/** A piece of a text, in UTF-16 units. */
export interface Piece {
  readonly offset: number;
  readonly length: number;
}

/** A piece as it is written. */
export function written(text: string, { offset, length }: Piece): string {
  return text.slice(offset, offset + length);
}

/** The edit that writes something else in place of a piece. */
export function replaced({ offset, length }: Piece, content: string): Edit {
  return { offset, length, content };
}
