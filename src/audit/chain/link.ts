import { hash } from 'node:crypto';

/** What stands for the hash before the first event. */
export const GENESIS = '0'.repeat(64);

/** One event as stores keep it. */
export interface StoredRow {
  /** Its place in the record, from 1, without gaps. */
  readonly seq: number;
  readonly previousHash: string;
  readonly hash: string;
  /** The event in canonical JSON: what is hashed, byte by byte. */
  readonly text: string;
}

/** The hash of an event: SHA-256 over the hash before it, a line feed, and its text, in hex. */
export function linkHash(previousHash: string, text: string): string {
  return hash('sha256', `${previousHash}\n${text}`, 'hex');
}

/** Chains texts behind an end of the record. */
export function chainTexts(
  after: { readonly seq: number; readonly hash: string },
  texts: readonly string[],
): StoredRow[] {
  let { seq, hash: previousHash } = after;
  return texts.map((text) => {
    const row = { seq: (seq += 1), previousHash, hash: linkHash(previousHash, text), text };
    previousHash = row.hash;
    return row;
  });
}

/**
 * Writes an event on one line: its text, with its place in the chain as the last members, so that whoever verifies it can
 * cut them off again without reading numbers another way than we wrote them.
 */
export function toLine({ seq, previousHash, hash: own, text }: StoredRow): string {
  return `${text.slice(0, -1)},"seq":${seq},"previousHash":"${previousHash}","hash":"${own}"}`;
}

const TAIL = /,"seq":([1-9]\d{0,15}),"previousHash":"([0-9a-f]{64})","hash":"([0-9a-f]{64})"\}$/;

/** Reads a line that {@link toLine} wrote; undefined where it is none. */
export function fromLine(line: string): StoredRow | undefined {
  const tail = TAIL.exec(line.slice(-220));
  if (tail === null || !line.startsWith('{')) return undefined;
  const [suffix, seq, previousHash, own] = tail as unknown as [string, string, string, string];
  return { seq: Number(seq), previousHash, hash: own, text: `${line.slice(0, -suffix.length)}}` };
}
