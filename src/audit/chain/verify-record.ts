import { isSignatureGood, type SignedHead } from './signed-head.js';
import { GENESIS, linkHash, type StoredRow } from './link.js';

/** Where a record is not what it was. */
export interface BadRecord {
  /** The place of the first event that is wrong or missing. */
  readonly seq: number;
  /** Its id; undefined where it is missing or cannot be read. */
  readonly id: string | undefined;
  /** What is wrong, in words. */
  readonly why: string;
}

/** What became of a verification. */
export interface Verification {
  /** True: every event is as it was written, none is missing, and a checkpoint that was given says so too. */
  readonly ok: boolean;
  /** The first event that is wrong; undefined where none is. */
  readonly firstBad: BadRecord | undefined;
  /** How many events were read. */
  readonly count: number;
  /** The place and hash of the last good event. */
  readonly head: { readonly seq: number; readonly hash: string };
  /**
   * What became of the checkpoint: `compared`, or `pruned` where its event lies in what retention has removed, so that
   * nothing could be compared, which is not `ok`. Undefined where none was given, or another fault was found first.
   */
  readonly checkpoint?: 'compared' | 'pruned' | undefined;
}

/** What a record is held against. */
export interface VerifyOptions {
  /** A checkpoint that was kept elsewhere. */
  readonly checkpoint?: SignedHead;
  /** The key that heads must be signed with, as `publicKey` of a checkpoint. Default: that of the checkpoint, else any. */
  readonly publicKey?: string;
  /** Told how many events were read, now and then. */
  readonly onProgress?: (count: number) => void;
}

/**
 * Reads a record from its beginning and finds the first event that is not as it was written.
 *
 * @param pages - The events in order of their place.
 * @param stub - Where retention cut off the beginning; undefined where the record begins with its first event.
 */
export async function verifyRecord(
  pages: AsyncIterable<readonly StoredRow[]>,
  stub: SignedHead | undefined,
  { checkpoint, publicKey = checkpoint?.publicKey, onProgress }: VerifyOptions = {},
): Promise<Verification> {
  const begin = { seq: stub?.seq ?? 0, hash: stub?.hash ?? GENESIS };
  let head = begin;
  let count = 0;
  let left: BadRecord | undefined;
  let compared = false;
  const result = (firstBad?: BadRecord): Verification => ({ ok: firstBad === undefined, firstBad, count, head });
  const atCheckpoint = (): BadRecord | undefined => {
    if (checkpoint?.seq !== head.seq) return undefined;
    compared = true;
    if (checkpoint.hash === head.hash) return undefined;
    return { seq: head.seq, id: undefined, why: 'is another event than the checkpoint has signed' };
  };

  if (checkpoint && !isSignatureGood(checkpoint, publicKey)) {
    return result({ seq: checkpoint.seq, id: undefined, why: 'the signature of the checkpoint is not good' });
  }
  if (stub && (stub.kind !== 'pruned' || !isSignatureGood(stub, publicKey))) {
    return result({ seq: stub.seq, id: undefined, why: 'what was removed before it is not signed by the key' });
  }
  const before = atCheckpoint();
  if (before) return result(before);
  for await (const page of pages) {
    for (const row of page) {
      if (count === 0 && row.seq >= 1 && row.seq <= begin.seq) {
        // A removal that was interrupted leaves the newest of what it removes: they are ours if they lead to its head.
        left = { seq: row.seq, id: idOf(row), why: 'stands before what retention has left, and does not lead to it' };
        head = { seq: row.seq - 1, hash: row.previousHash };
      }
      const why = faultOf(row, head);
      if (left && (why !== undefined || (row.seq === begin.seq && row.hash !== begin.hash))) return result(left);
      if (why !== undefined) return result({ ...why, id: why.seq === row.seq ? idOf(row) : undefined });
      head = row;
      count += 1;
      if (head.seq === begin.seq) left = undefined;
      const wrong = atCheckpoint();
      if (wrong) return result({ ...wrong, id: idOf(row) });
    }
    onProgress?.(count);
  }
  head = { seq: head.seq, hash: head.hash };
  if (left) return result(left);
  if (checkpoint === undefined) return result();
  if (compared) return { ...result(), checkpoint: 'compared' };
  if (checkpoint.seq <= head.seq) return { ...result(), ok: false, checkpoint: 'pruned' };
  const missing = checkpoint.seq - head.seq;
  return result({
    seq: head.seq + 1,
    id: undefined,
    why: `is missing: the newest events were cut off, at least ${missing} of them`,
  });
}

function faultOf(row: StoredRow, head: { seq: number; hash: string }): { seq: number; why: string } | undefined {
  if (row.seq > head.seq + 1) {
    const last = row.seq - 1;
    return { seq: head.seq + 1, why: `is missing${last > head.seq + 1 ? `, and all up to ${last}` : ''}` };
  }
  if (row.seq <= head.seq) return { seq: row.seq, why: 'stands in the wrong place' };
  if (row.hash !== linkHash(row.previousHash, row.text)) return { seq: row.seq, why: 'was changed' };
  if (row.previousHash === head.hash) return undefined;
  return { seq: row.seq, why: 'does not follow the event before it: one of the two was changed or moved' };
}

function idOf({ text }: StoredRow): string | undefined {
  try {
    const { id } = JSON.parse(text) as { id?: unknown };
    return typeof id === 'string' && /^[\w-]{1,64}$/.test(id) ? id : undefined;
  } catch {
    return undefined;
  }
}
