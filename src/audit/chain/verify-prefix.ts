import { parseSignedHead, type SignedHead } from './signed-head.js';
import type { StoredRow } from './link.js';
import { verifyRecord } from './verify-record.js';

/**
 * Verifies the beginning of a record before its removal is signed: a signature over what somebody changed would make it
 * good for ever.
 *
 * @param pages - All events in order of their place.
 * @param stub - Where retention cut off the beginning before, as it is kept; undefined where it never did.
 * @param last - The newest event that is to go.
 * @param publicKey - The key that signs.
 * @returns Why it may not be signed, in words; undefined where it may.
 */
export async function faultInPrefix(
  pages: AsyncIterable<readonly StoredRow[]>,
  stub: string | undefined,
  last: Pick<SignedHead, 'seq' | 'hash'>,
  publicKey: string,
): Promise<string | undefined> {
  const head = stub === undefined ? undefined : parseSignedHead(stub);
  if (stub !== undefined && head === undefined) return 'what says that earlier events were removed cannot be read';
  const { firstBad, head: end } = await verifyRecord(upTo(pages, last.seq), head, { publicKey });
  if (firstBad) return `event ${firstBad.seq}: ${firstBad.why}`;
  // What is older than the head that is kept goes under that head.
  return end.seq === last.seq && end.hash !== last.hash ? `event ${last.seq}: was changed meanwhile` : undefined;
}

async function* upTo(
  pages: AsyncIterable<readonly StoredRow[]>,
  seq: number,
): AsyncGenerator<readonly StoredRow[], void, void> {
  for await (const page of pages) {
    // By where it stands, not by its number: a line that stands too early has a number that is too high.
    const end = page.findIndex((row) => row.seq === seq);
    yield end < 0 ? page : page.slice(0, end + 1);
    if (end >= 0) return;
  }
}
