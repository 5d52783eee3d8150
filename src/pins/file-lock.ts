import { randomUUID } from 'node:crypto';
import { open, readFile, rename, rm, stat } from 'node:fs/promises';
import type { Clock } from '../call/clock.js';
import { sleep } from '../pipeline/deadline.js';
import { PinError } from './pin-error.js';

/** How long is waited for others, in milliseconds: writing pins takes few of them. */
const PATIENCE_MS = 5_000;
const AGAIN_MS = 15;
/** Whoever holds a lock for longer has died. */
const STALE_MS = 10_000;

/**
 * Runs something while no other process does: a file beside the locked one says so.
 *
 * @param path - Of the lock. Its folder must be there.
 * @param work - Is given a check that the lock is still held, for just before what cannot be taken back.
 * @throws PinError where others hold the lock for five seconds; what `work` throws; faults of the file system.
 */
export async function withLock<T>(
  path: string,
  clock: Clock,
  work: (isHeld: () => Promise<boolean>) => Promise<T>,
): Promise<T> {
  const token = randomUUID();
  const until = clock.elapsed() + PATIENCE_MS;
  while (!(await take(path, token))) {
    await breakStale(path);
    if (clock.elapsed() >= until) throw new PinError('The pins are locked: another process is writing them.');
    await sleep(AGAIN_MS, clock, undefined);
  }
  const isHeld = async (): Promise<boolean> => (await readFile(path, 'utf8').catch(() => '')) === token;
  try {
    return await work(isHeld);
  } finally {
    if (await isHeld()) await rm(path, { force: true });
  }
}

async function take(path: string, token: string): Promise<boolean> {
  try {
    const file = await open(path, 'wx', 0o600);
    try {
      await file.writeFile(token);
    } finally {
      await file.close();
    }
    return true;
  } catch (fault) {
    if ((fault as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw fault;
  }
}

/** Moved away first: of several that find it stale, one does. The file system's own time counts, not ours. */
async function breakStale(path: string): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined || Date.now() - found.mtimeMs < STALE_MS) return;
  const away = `${path}.${randomUUID()}`;
  const isMoved = await rename(path, away).then(
    () => true,
    () => false,
  );
  if (isMoved) await rm(away, { force: true });
}
