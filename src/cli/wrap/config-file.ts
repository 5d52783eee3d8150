import { randomUUID } from 'node:crypto';
import {
  closeSync,
  fchmodSync,
  fchownSync,
  fsyncSync,
  lstatSync,
  openSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import process from 'node:process';
import { UnusableInput } from '../policy/unusable-input.js';
import { harmless } from '../scan/harmless.js';

const MAX_BYTES = 64 * 1024 ** 2;
const BACKUP = '.mcp-governance.bak';

/** A client's configuration as it was found. */
export interface ConfigFile {
  /** As it was named. */
  readonly path: string;
  /** The file itself, where the path is a link. */
  readonly target: string;
  readonly bytes: Buffer;
  readonly text: string;
  readonly stats: Stats;
}

/**
 * Reads a client's configuration, also through a link.
 *
 * @throws UnusableInput where there is none, where it is no text of a sensible size, and for a link that somebody else set.
 */
export function openConfigFile(path: string): ConfigFile {
  try {
    const link = lstatSync(path);
    const target = realpathSync(path);
    const stats = statSync(target);
    if (!stats.isFile()) throw unusable(path, 'is no file');
    if (stats.size > MAX_BYTES) throw unusable(path, `is larger than ${MAX_BYTES / 1024 ** 2} MiB`);
    // Whoever may only set a link must not choose what we write with our rights.
    if (link.isSymbolicLink() && ![stats.uid, process.getuid?.() ?? stats.uid].includes(link.uid)) {
      throw unusable(path, 'is a link that belongs to somebody else than the file: name the file itself');
    }
    const bytes = readFileSync(target);
    return { path, target, bytes, text: decode(bytes, path), stats };
  } catch (fault) {
    throw readable(path, fault);
  }
}

/**
 * Writes the file anew, in one step and with the rights it had.
 *
 * @throws UnusableInput where it cannot be written, and where somebody has written it in the meantime.
 */
export function replaceConfigFile({ path, target, bytes, stats }: ConfigFile, text: string): void {
  const draft = join(dirname(target), `.${basename(target)}.${randomUUID()}.draft`);
  try {
    writeAnew(draft, Buffer.from(text), stats);
    if (!readFileSync(target).equals(bytes)) throw unusable(path, 'was changed by somebody else just now: try again');
    renameSync(draft, target);
  } catch (fault) {
    rmSync(draft, { force: true });
    throw readable(path, fault);
  }
}

/**
 * Keeps the bytes of the file beside it, for its owner only; no second time where the newest copy holds the same.
 *
 * @returns The path of the copy.
 */
export function keepBackup({ path, bytes, stats }: ConfigFile): string {
  const [newest] = backupsOf(path);
  if (newest !== undefined && newest.bytes.equals(bytes)) return newest.path;
  const copy = `${path}${BACKUP}${newest === undefined ? '' : `.${newest.number + 1}`}`;
  try {
    writeAnew(copy, bytes, { mode: 0o600, uid: stats.uid, gid: stats.gid });
    return copy;
  } catch (fault) {
    throw readable(copy, fault);
  }
}

/** A copy that was kept, and what it holds. */
export interface Backup {
  readonly path: string;
  readonly number: number;
  readonly bytes: Buffer;
}

/** The copies beside a file, newest first. */
export function backupsOf(path: string): readonly Backup[] {
  const prefix = `${basename(path)}${BACKUP}`;
  return readdirSync(dirname(path))
    .flatMap((name) => {
      const number = name === prefix ? 1 : Number(/^\.([1-9]\d{0,5})$/.exec(name.slice(prefix.length))?.[1]);
      if (!name.startsWith(prefix) || Number.isNaN(number)) return [];
      const copy = join(dirname(path), name);
      const stats = lstatSync(copy);
      return stats.isFile() && stats.size <= MAX_BYTES ? [{ path: copy, number, bytes: readFileSync(copy) }] : [];
    })
    .sort((a, b) => b.number - a.number);
}

/** Nobody else may read it before its rights are set, and nothing that lies there already is written to. */
function writeAnew(path: string, bytes: Buffer, { mode, uid, gid }: Pick<Stats, 'mode' | 'uid' | 'gid'>): void {
  const file = openSync(path, 'wx', 0o600);
  try {
    writeFileSync(file, bytes);
    // Only root can give a file away, and only root writes files of others.
    if (process.getuid?.() === 0) fchownSync(file, uid, gid);
    fchmodSync(file, mode & 0o777);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

function decode(bytes: Buffer, path: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw unusable(path, 'is no text in UTF-8');
  }
}

function readable(path: string, fault: unknown): unknown {
  if (fault instanceof UnusableInput) return fault;
  const { code } = fault as NodeJS.ErrnoException;
  if (code === undefined) return fault;
  return unusable(path, code === 'ENOENT' ? 'there is no such file' : `cannot be used (${code})`, fault);
}

function unusable(path: string, why: string, cause?: unknown): UnusableInput {
  return new UnusableInput(`${harmless(path)}: ${why}`, cause === undefined ? undefined : { cause });
}
