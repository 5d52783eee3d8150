import { randomUUID } from 'node:crypto';
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { AuditError } from '../audit-error.js';
import { createWriter, isGone, type Writer } from './writer.js';

/**
 * Sees to it that a file has one writer: two would write two chains into it.
 *
 * @returns Gives the file free.
 * @throws AuditError where a process that lives is writing it.
 */
export function lockFile(path: string): () => void {
  const lock = `${path}.lock`;
  const own = createWriter();
  if (!take(lock, own)) {
    const holder = readHolder(lock);
    if (holder !== undefined && !isGone(holder, Date.now())) throw held(path, holder);
    removeStale(lock, holder, path);
    if (!take(lock, own)) throw held(path, readHolder(lock));
  }
  return () => {
    if (readHolder(lock)?.id === own.id) rmSync(lock, { force: true });
  };
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
  const who = holder === undefined ? 'another process' : `process ${holder.pid} on ${holder.host}`;
  return new AuditError(
    `The audit record at ${path} is being written by ${who}. Give each process a JSONL file of its own, or use file:audit.db, which many share.`,
  );
}
