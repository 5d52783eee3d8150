import { createHash } from 'node:crypto';
import type { Clock } from '../call/clock.js';
import { PolicyDocumentError } from './policy-document-error.js';
import { readPolicyBytes } from './yaml/read-policy-file.js';

/** How a file is watched, and who is told. */
export interface FileWatchOptions {
  /** Milliseconds between two looks at the file. */
  readonly intervalMs: number;
  readonly clock: Clock;
  /**
   * Puts a content in force; what it throws is told to `onError`.
   *
   * @param isCurrent - False once the watch was stopped: what was begun before must not take effect behind it.
   */
  readonly apply: (bytes: Uint8Array, isCurrent: () => boolean) => Promise<void>;
  /** Told, once for each content, why a file is not put in force. */
  readonly onError: (error: unknown) => void;
}

/**
 * Looks at a file again and again.
 *
 * It looks at the content, not at dates, so that files that are replaced, links that are swapped and changes within one
 * tick of the file system are all seen.
 */
export class FileWatch {
  /** The content that was looked at last, in force or not. */
  #seen: string | undefined;
  #missing = 0;
  /** What was said last, and still holds. */
  #told: string | undefined;
  #cancel: (() => void) | undefined;
  /** Counts starts and stops. */
  #run = 0;

  constructor(
    private readonly path: string,
    private readonly options: FileWatchOptions,
  ) {}

  /**
   * Puts the file in force and goes on watching it; throws what `apply` throws.
   *
   * @throws PolicyDocumentError where the file cannot be read.
   */
  async start(): Promise<void> {
    this.stop();
    const run = this.#run;
    const bytes = await readPolicyBytes(this.path);
    await this.#apply(bytes, run);
    this.#seen = hashOf(bytes);
    this.#wait(run);
  }

  /**
   * Watches a file that has been put in force already: the first look is after one interval.
   *
   * @param bytes - What is in force. Default: unknown, so that the first look puts the file in force again.
   */
  follow(bytes?: Uint8Array): void {
    this.stop();
    if (bytes !== undefined) this.#seen = hashOf(bytes);
    this.#wait(this.#run);
  }

  /** Stops watching. */
  stop(): void {
    this.#run++;
    this.#cancel?.();
    this.#cancel = undefined;
  }

  #wait(run: number): void {
    if (run !== this.#run) return;
    this.#cancel = this.options.clock.after(this.options.intervalMs, () => {
      void this.#look(run).finally(() => this.#wait(run));
    });
  }

  async #look(run: number): Promise<void> {
    try {
      const bytes = await readPolicyBytes(this.path);
      this.#missing = 0;
      this.#told = undefined;
      const hash = hashOf(bytes);
      if (run !== this.#run || hash === this.#seen) return;
      this.#seen = hash;
      await this.#apply(bytes, run);
    } catch (error) {
      if (run === this.#run && !this.#isPassing(error)) this.#tell(error);
    }
  }

  #apply(bytes: Uint8Array, run: number): Promise<void> {
    return this.options.apply(bytes, () => run === this.#run);
  }

  /** Editors and deployments replace files in two steps: a file is missing when it is missed twice, and that is said once. */
  #isPassing(error: unknown): boolean {
    const isMissing = error instanceof PolicyDocumentError && error.cause !== undefined;
    return isMissing && ++this.#missing !== 2;
  }

  #tell(error: unknown): void {
    const text = error instanceof Error ? error.message : String(error);
    if (text === this.#told) return;
    this.#told = text;
    try {
      this.options.onError(error);
    } catch {
      // Whoever is told cannot stop the watch.
    }
  }
}

function hashOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
