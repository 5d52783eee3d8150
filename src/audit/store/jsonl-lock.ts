import { randomUUID } from 'node:crypto';
import { linkSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { AuditError } from '../audit-error.js';
import { createWriter, isGone, SIGN_EVERY_MS, SILENT_FOR_MS, type Writer } from './writer.js';

/** A file that only this writer writes. */
export interface FileLock {
  /**
   * To be called before each write: a process that stood still for long may have lost the file to one on another host.
   *
   * @throws AuditError where another process is writing the file.
   */
  check(): void;
  /** Gives the file free. */
  release(): void;
}

/**
 * Sees to it that a file has one writer: two would write two chains into it. The lock is touched every 30 seconds, so that
 * writers on other hosts know a holder that is gone.
 *
 * @param now - Milliseconds since 1970. Default: the machine's own.
 * @throws AuditError where a process that lives is writing it.
 */
export function lockFile(path: string, now: () => number = Date.now): FileLock {
  const lock = `${path}.lock`;
  const own = createWriter();
  if (!take(lock, own)) {
    const holder = readHolder(lock);
    if (holder !== undefined && !isGone(holder, seenAt(lock), now())) throw held(path, holder);
    removeStale(lock, holder, path);
    if (!take(lock, own)) throw held(path, readHolder(lock));
  }
  let signedAt = now();
  const sign = (): void => {
    const holder = readHolder(lock);
    if (holder?.id !== own.id) throw held(path, holder);
    signedAt = now();
    utimesSync(lock, signedAt / 1_000, signedAt / 1_000);
  };
  const signs = setInterval(() => {
    try {
      sign();
    } catch {
      // The next write finds out what is wrong.
    }
  }, SIGN_EVERY_MS).unref();
  return {
    check: () => {
      if (now() - signedAt > SILENT_FOR_MS / 2) sign();
    },
    release: () => {
      clearInterval(signs);
      if (readHolder(lock)?.id === own.id) rmSync(lock, { force: true });
    },
  };
}

/** When the holder last gave a sign; where the lock is gone meanwhile, so is the holder. */
function seenAt(lock: string): number {
  return statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

function take(lock: string, writer: Writer): boolean {
  const draft = `${lock}.${randomUUID()}`;
  writeFileSync(draft, JSON.stringify(writer), { flag: 'wx', mode: 0o600 });
  try {
    linkSync(draft, lock);
    return true;
  } catch (fault) {
    if ((fault as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw fault;
  } finally {
    rmSync(draft, { force: true });
  }
}

/** Moved away before it is removed: another process may have taken the file over a moment ago. */
function removeStale(lock: string, stale: Writer | undefined, path: string): void {
  const aside = `${lock}.${randomUUID()}`;
  try {
    renameSync(lock, aside);
  } catch (fault) {
    if ((fault as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw fault;
  }
  const moved = readHolder(aside);
  if (moved?.id === stale?.id) return rmSync(aside, { force: true });
  renameSync(aside, lock);
  throw held(path, moved);
}

function readHolder(lock: string): Writer | undefined {
  try {
    return JSON.parse(readFileSync(lock, 'utf8')) as Writer;
  } catch {
    return undefined;
  }
}

function held(path: string, holder: Writer | undefined): AuditError {
  const who = holder === undefined ? 'another process' : `process ${holder.pid} on ${holder.host.split(' ')[0] ?? ''}`;
  return new AuditError(
    `The audit record at ${path} is being written by ${who}. Give each process a JSONL file of its own, or use file:audit.db, which many share.`,
  );
}
