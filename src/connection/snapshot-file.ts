import { createHash, createHmac, randomUUID, timingSafeEqual } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { z } from 'zod';
import { makeFolder } from '../call/make-folder.js';
import type { ResolvedConnection } from '../config/resolve-connection.js';

/** A snapshot as it came, and when. */
export interface KeptSnapshot {
  /** The body of the answer. */
  readonly text: string;
  /** When it was last known to be current, in milliseconds since 1970. */
  readonly confirmedAt: number;
}

/** There is a file, and it is not to be trusted; the text says why. */
export class SnapshotFileError extends Error {
  readonly code = 'snapshot_file';

  constructor(path: string, why: string) {
    super(`The snapshot at ${path} is not used: ${why}. Remove it; another is written as soon as there is one.`);
    this.name = 'SnapshotFileError';
  }
}

/** Twice what an answer may be. */
const MAX_BYTES = 64 * 1024 ** 2;
const header = z.strictObject({
  version: z.literal(1),
  confirmed_at: z.int(),
  mac: z.string().regex(/^[0-9a-f]{64}$/),
});

/**
 * Keeps the last good snapshot of one controlplane and one key, for the next start.
 *
 * For its owner only, and signed with the key: what anybody else wrote, or wrote for another key, is not used.
 */
export class SnapshotFile {
  readonly path: string;
  readonly #folder: string;
  readonly #apiUrl: string;
  readonly #apiKey: string;
  /** Another one for each door: several in one process may keep the same snapshot. */
  #newest: KeptSnapshot | undefined;
  #writing: Promise<unknown> = Promise.resolve();

  constructor({ stateFolder, apiUrl, apiKey }: ResolvedConnection) {
    this.#folder = stateFolder;
    this.#apiUrl = apiUrl;
    this.#apiKey = apiKey;
    this.path = join(stateFolder, `snapshot-${stateName(apiUrl, apiKey)}.json`);
  }

  /**
   * What was kept; undefined where nothing was.
   *
   * @throws SnapshotFileError where there is something that is not to be trusted; the fault of the system where it cannot
   *   be read.
   */
  async read(): Promise<KeptSnapshot | undefined> {
    let file: FileHandle;
    try {
      // Not waiting for somebody to write into a pipe that lies in its place.
      file = await open(this.path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    } catch (fault) {
      if ((fault as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      if ((fault as NodeJS.ErrnoException).code === 'ELOOP') throw this.#distrust('it is a link');
      throw fault;
    }
    try {
      await this.#checkRights(file);
      return this.#open(await file.readFile('utf8'));
    } finally {
      await file.close();
    }
  }

  /**
   * Keeps a snapshot in place of the one before; resolves once it, or one that came later, would survive the loss of power.
   *
   * Where snapshots come faster than they can be kept, those between are left out.
   */
  write(kept: KeptSnapshot): Promise<void> {
    this.#newest = kept;
    const written = this.#writing.then(() => this.#writeNewest());
    this.#writing = written.catch(() => undefined);
    return written;
  }

  async #writeNewest(): Promise<void> {
    const kept = this.#newest;
    if (kept === undefined) return;
    this.#newest = undefined;
    try {
      await this.#replace(kept);
    } catch (fault) {
      // Whoever waits behind tries again.
      this.#newest ??= kept;
      throw fault;
    }
  }

  async #replace({ text, confirmedAt }: KeptSnapshot): Promise<void> {
    makeFolder(this.#folder);
    // Several doors of one process may write at the same moment.
    const draft = `${this.path}.${randomUUID()}.draft`;
    const file = await open(draft, 'wx', 0o600);
    try {
      const head = { version: 1, confirmed_at: confirmedAt, mac: this.#sign(confirmedAt, text) };
      await file.writeFile(`${JSON.stringify(head)}\n${text}`);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(draft, this.path).catch(async (fault: unknown) => {
      await rm(draft, { force: true });
      throw fault;
    });
    await this.#syncFolder();
  }

  /** Behind the calls, which must not wait for a disk. */
  async #syncFolder(): Promise<void> {
    // Windows opens no folders, and keeps their names by itself.
    const folder = await open(this.#folder, 'r').catch(() => undefined);
    await folder?.sync().catch(() => undefined);
    await folder?.close();
  }

  async #checkRights(file: FileHandle): Promise<void> {
    const stat = await file.stat();
    const { mode, uid, size } = stat;
    if (!stat.isFile()) throw this.#distrust('it is no file');
    if (size > MAX_BYTES) throw this.#distrust('it is too large');
    // Windows knows neither.
    if (process.getuid === undefined) return;
    if (uid !== process.getuid()) throw this.#distrust('it belongs to somebody else');
    if ((mode & 0o022) !== 0) throw this.#distrust('others than its owner may write it');
  }

  #open(written: string): KeptSnapshot {
    const end = written.indexOf('\n');
    const head = end < 0 || end > 1000 ? undefined : header.safeParse(readHead(written.slice(0, end)));
    if (head?.success !== true) throw this.#distrust('it is damaged');
    const { confirmed_at: confirmedAt, mac } = head.data;
    const text = written.slice(end + 1);
    const right = timingSafeEqual(Buffer.from(mac), Buffer.from(this.#sign(confirmedAt, text)));
    if (!right) throw this.#distrust('it is damaged, or was not written with this key');
    return { text, confirmedAt };
  }

  #sign(confirmedAt: number, text: string): string {
    const hmac = createHmac('sha256', this.#apiKey);
    return hmac.update(`mcp-governance snapshot 1\n${this.#apiUrl}\n${confirmedAt}\n`).update(text).digest('hex');
  }

  #distrust(why: string): SnapshotFileError {
    return new SnapshotFileError(this.path, why);
  }
}

/** What files about one controlplane and one key are called by. */
export function stateName(apiUrl: string, apiKey: string): string {
  return createHash('sha256').update(`${apiUrl}\n${apiKey}`).digest('hex').slice(0, 32);
}

function readHead(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
