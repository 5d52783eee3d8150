import {
  closeSync,
  existsSync,
  fdatasyncSync,
  ftruncateSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { AuditError } from '../audit-error.js';
import type { AuditEvent } from '../audit-event.js';
import { chainTexts, fromLine, GENESIS, type StoredRow, toLine } from '../chain/link.js';
import type { ResolvedQuery } from '../query/audit-query.js';
import { matches } from '../query/matches.js';
import { arrivalOf } from '../query/stored-event.js';
import { archiveName, endOf, filesOf, linesOf } from './jsonl-files.js';
import { JsonlIntents } from './jsonl-intents.js';
import { type FileLock, lockFile } from './jsonl-lock.js';
import { lostOutcome } from './lost-outcome.js';
import { type Batch, type Bounds, isOlderHead, type Retention, type Store, type StoreOptions } from './store.js';
import { syncFile } from './sync-file.js';
import { syncFolder } from './sync-folder.js';
import { writeWhole } from './write-whole.js';

type Timed = StoredRow & { readonly time: string };
type End = Bounds['last'];

/** Where a reading stopped, so that the next page begins there. */
interface Bookmark {
  readonly seq: number;
  readonly path: string;
  readonly inode: number;
  readonly offset: number;
}

/** The record as lines of JSON in a file, which is put away when it is full. Searched by reading it. */
export class JsonlStore implements Store {
  readonly #path: string;
  readonly #rotateBytes: number;
  readonly #lock: FileLock | undefined;
  readonly #intents: JsonlIntents | undefined;
  #file: number | undefined;
  #size = 0;
  #firstSeq = 0;
  #last: End | undefined;
  #bookmark: Bookmark | undefined;

  private constructor({ place, rotateBytes, access }: StoreOptions) {
    this.#path = place;
    this.#rotateBytes = rotateBytes;
    const writes = access === 'write';
    this.#lock = writes ? lockFile(place) : undefined;
    try {
      if (!writes) return;
      this.#begin();
      this.#intents = new JsonlIntents(place);
      this.#recover(this.#intents);
    } catch (fault) {
      this.#lock?.release();
      throw fault;
    }
  }

  /**
   * Opens a file, makes it where it is missing, and settles what a process that died left open.
   *
   * @throws AuditError where another process writes it; the fault of the file system.
   */
  static open(options: StoreOptions): JsonlStore {
    if (options.access === 'read' && filesOf(options.place).length === 0) {
      throw new AuditError(`There is no record at ${options.place}.`);
    }
    return new JsonlStore(options);
  }

  /** {@inheritDoc Store.append} */
  append(batch: Batch): readonly StoredRow[] {
    this.#lock?.check();
    this.#intents?.keep(batch.intentIds, batch.intents, this.#last?.seq ?? 0);
    try {
      const rows = this.#write(batch.texts, batch.durable);
      this.#intents?.settle(batch.settled);
      return batch.echo ? rows : [];
    } catch (fault) {
      this.#intents?.settle(batch.intentIds);
      throw fault;
    }
  }

  /** {@inheritDoc Store.page} */
  page(query: ResolvedQuery): readonly Timed[] {
    const sign = query.oldestFirst ? 1 : -1;
    const order = (a: Omit<Timed, 'text'>, b: Omit<Timed, 'text'>): number =>
      sign * (a.time < b.time ? -1 : a.time > b.time ? 1 : a.seq - b.seq);
    const { after } = query;
    let page: Timed[] = [];
    for (const row of this.#matching(query)) {
      if (after !== undefined && order(row, { ...row, ...after }) <= 0) continue;
      page.push(row);
      if (page.length >= query.limit * 4 + 1_000) page = page.sort(order).slice(0, query.limit);
    }
    return page.sort(order).slice(0, query.limit);
  }

  /** {@inheritDoc Store.count} */
  count(query: ResolvedQuery): number {
    let count = 0;
    for (const rows = this.#matching(query); rows.next().done !== true;) count += 1;
    return count;
  }

  /** {@inheritDoc Store.read} */
  read(afterSeq: number, limit: number): readonly StoredRow[] {
    const rows: StoredRow[] = [];
    for (const row of this.#rows(afterSeq)) {
      rows.push(row);
      if (rows.length === limit) break;
    }
    return rows;
  }

  /** {@inheritDoc Store.bounds} */
  bounds(): Bounds {
    const stub = this.#stub();
    const last =
      this.#last ??
      filesOf(this.#path)
        .map((path) => endOf(path).last)
        .findLast(Boolean) ??
      (stub === undefined ? { seq: 0, hash: GENESIS } : (JSON.parse(stub) as End));
    return { last: { seq: last.seq, hash: last.hash }, stub };
  }

  /** {@inheritDoc Store.inspect} */
  inspect(): string | undefined {
    return undefined;
  }

  /** {@inheritDoc Store.prunable} */
  prunable({ before, maxBytes }: Retention): End | undefined {
    this.#lock?.check();
    if (before !== undefined && this.#isOlder(before)) this.#rotate();
    const archives = filesOf(this.#path).filter((path) => path !== this.#path);
    let bytes = archives.reduce((sum, path) => sum + statSync(path).size, this.#size);
    let upTo: End | undefined;
    for (const path of archives) {
      const { last } = endOf(path);
      const isOld = before !== undefined && last !== undefined && arrivedAt(last) < before;
      if (!isOld && !(maxBytes !== undefined && bytes > maxBytes)) break;
      bytes -= statSync(path).size;
      if (last) upTo = { seq: last.seq, hash: last.hash };
    }
    return upTo;
  }

  /** {@inheritDoc Store.prune} */
  prune(seq: number, stub: string): void {
    this.#lock?.check();
    const path = `${this.#path}.stub`;
    if (isOlderHead(this.#stub(), seq)) {
      writeFileSync(`${path}.new`, `${stub}\n`, { mode: 0o600, flush: true });
      renameSync(`${path}.new`, path);
    }
    // Before anything goes: without the stub, what is left would have lost its beginning.
    syncFolder(path);
    for (const archive of filesOf(this.#path).filter((each) => each !== this.#path)) {
      if ((endOf(archive).last?.seq ?? Infinity) <= seq) rmSync(archive);
    }
  }

  /** {@inheritDoc Store.sync} */
  sync(): void {
    if (this.#file !== undefined) fdatasyncSync(this.#file);
    // A reader: files that were put away are synced already.
    else if (this.#lock === undefined) syncFile(this.#path);
  }

  /** {@inheritDoc Store.close} */
  close(): void {
    this.#intents?.close();
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
    this.#lock?.release();
  }

  #begin(): void {
    if (existsSync(this.#path)) {
      const { last, whole, isEnded } = endOf(this.#path);
      this.#file = openSync(this.#path, 'a', 0o600);
      // What was torn off was never acknowledged.
      if (statSync(this.#path).size > whole) ftruncateSync(this.#file, whole);
      this.#size = isEnded ? whole : whole + writeWhole(this.#file, '\n', whole);
      this.#last = last;
      const [first] = linesOf(this.#path);
      this.#firstSeq = (first && fromLine(first.text)?.seq) ?? last?.seq ?? 0;
    }
    this.#last ??= this.bounds().last;
    this.#opened();
  }

  #opened(): number {
    if (this.#file !== undefined) return this.#file;
    this.#file = openSync(this.#path, 'a', 0o600);
    syncFolder(this.#path);
    return this.#file;
  }

  #recover(intents: JsonlIntents): void {
    if (intents.open.size === 0) return;
    const after = Math.min(...[...intents.open.values()].map((open) => open.after));
    const kept = new Set<unknown>();
    for (const { text } of this.#rows(after)) kept.add(parsed(text)?.id);
    const lost = [...intents.open].filter(([id]) => !kept.has(id)).map(([, { event }]) => lostOutcome(event).text);
    this.#write(lost, true);
    intents.settle([...intents.open.keys()]);
  }

  #write(texts: readonly string[], durable: boolean): readonly StoredRow[] {
    if (this.#last === undefined) throw new AuditError('This AuditLogger is readOnly.');
    if (texts.length === 0) return [];
    if (this.#size >= this.#rotateBytes) this.#rotate();
    const file = this.#opened();
    const rows = chainTexts(this.#last, texts);
    const written = writeWhole(file, rows.map((row) => `${toLine(row)}\n`).join(''), this.#size);
    if (durable) this.#syncOrUndo(file);
    if (this.#size === 0) this.#firstSeq = rows[0]?.seq ?? 0;
    this.#size += written;
    this.#last = rows.at(-1);
    return rows;
  }

  /** Whether all of the file in use is older: then it can be put away early, and go. */
  #isOlder(before: string): boolean {
    const last = this.#size > 0 ? endOf(this.#path).last : undefined;
    return last !== undefined && arrivedAt(last) < before;
  }

  #syncOrUndo(file: number): void {
    try {
      fdatasyncSync(file);
    } catch (fault) {
      ftruncateSync(file, this.#size);
      throw fault;
    }
  }

  #rotate(): void {
    if (this.#file === undefined) return;
    fdatasyncSync(this.#file);
    renameSync(this.#path, archiveName(this.#path, this.#firstSeq));
    closeSync(this.#file);
    this.#file = undefined;
    this.#size = 0;
  }

  *#matching(query: ResolvedQuery): Generator<Timed> {
    for (const row of this.#rows(0)) {
      const event = parsed(row.text);
      if (event !== undefined && matches(query, event)) yield { ...row, time: event.timestamp };
    }
  }

  /**
   * Rows behind a place: where a page ended just there, from its end. Only what stands before that place in the file is
   * passed over, whatever its number: a line with a low number behind it must be seen by a verification.
   */
  *#rows(afterSeq: number): Generator<StoredRow> {
    const mark = this.#bookmark?.seq === afterSeq ? this.#bookmark : undefined;
    let files = filesOf(this.#path);
    if (mark && files.includes(mark.path) && statSync(mark.path).ino === mark.inode)
      files = files.slice(files.indexOf(mark.path));
    else files = files.filter((_, at) => (seqOfArchive(files[at + 1], this.#path) ?? Infinity) > afterSeq);
    let seq = mark?.seq ?? (files[0] === undefined ? 0 : (seqOfArchive(files[0], this.#path) ?? 1) - 1);
    let isBehind = false;
    for (const path of files) {
      const inode = statSync(path).ino;
      const isMarked = mark?.path === path && mark.inode === inode;
      isBehind ||= isMarked;
      for (const { text, next, isEnded } of linesOf(path, isMarked ? mark.offset : 0)) {
        // A line that is none of ours keeps its place, so that a verification can name it.
        const row = fromLine(text) ?? { seq: seq + 1, previousHash: '', hash: '', text };
        seq = row.seq;
        // A line feed may follow, which would be a line of its own to whoever goes on here.
        this.#bookmark = isEnded ? { seq, path, inode, offset: next } : undefined;
        const isBefore = !isBehind && seq <= afterSeq;
        isBehind ||= seq >= afterSeq;
        if (!isBefore) yield row;
      }
    }
  }

  #stub(): string | undefined {
    const path = `${this.#path}.stub`;
    return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
  }
}

function seqOfArchive(path: string | undefined, current: string): number | undefined {
  if (path === undefined || path === current) return undefined;
  return Number(/\.(\d{16})\.[^.]+$/.exec(path)?.[1]);
}

function parsed(text: string): AuditEvent | undefined {
  try {
    return JSON.parse(text) as AuditEvent;
  } catch {
    return undefined;
  }
}

function arrivedAt({ text }: StoredRow): string {
  const event = parsed(text);
  return event === undefined ? '' : arrivalOf(event);
}
