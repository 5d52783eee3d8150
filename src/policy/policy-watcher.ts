import { createHash } from 'node:crypto';
import { backgroundClock, type Clock } from '../call/clock.js';
import { ConfigError } from '../errors/config-error.js';
import { Policy } from './policy.js';
import { PolicyDocumentError } from './policy-document-error.js';
import { decodePolicy, readPolicyBytes } from './yaml/read-policy-file.js';

/** Whatever a new policy is handed to. */
export interface PolicyTarget {
  /** Puts a policy in force. */
  updatePolicy(policy: Policy): void | Promise<void>;
}

/** How a file is watched. */
export interface PolicyWatcherOptions {
  /** Milliseconds between two looks at the file. Default 2,000. */
  readonly intervalMs?: number;
  /** Told of every policy that was put in force, the first one included. */
  readonly onReload?: (policy: Policy) => void | Promise<void>;
  /** Told, once for each content, why a file is not put in force. Default: a warning of the process. */
  readonly onError?: (error: unknown) => void;
  /** Whose time it is; for tests. */
  readonly clock?: Clock;
}

/** Longer waits overflow Node's timers, which then fire at once. */
const MAX_INTERVAL_MS = 2 ** 31 - 1;

/**
 * Watches a policy file: what it says is in force moments after it was changed.
 *
 * It looks at the content, not at dates, so that files that are replaced, links that are swapped and changes within one
 * tick of the file system are all seen. A file that does not load leaves the last good policy in force.
 */
export class PolicyWatcher {
  readonly #options: Required<Pick<PolicyWatcherOptions, 'intervalMs' | 'onError' | 'clock'>> & PolicyWatcherOptions;
  /** The content that was looked at last, in force or not. */
  #seen: string | undefined;
  #missing = 0;
  /** What was said last, and still holds. */
  #told: string | undefined;
  #cancel: (() => void) | undefined;
  /** Counts starts and stops: what was begun before a stop must not take effect behind it. */
  #run = 0;

  /** @throws ConfigError for a target without `updatePolicy` and for an interval that is none. */
  constructor(
    private readonly target: PolicyTarget,
    private readonly path: string,
    options: PolicyWatcherOptions = {},
  ) {
    const { intervalMs = 2000, onError = warn, clock = backgroundClock } = options;
    if (typeof target?.updatePolicy !== 'function') {
      throw new ConfigError('PolicyWatcher: the target must have updatePolicy(policy).');
    }
    if (!(intervalMs >= 1 && intervalMs <= MAX_INTERVAL_MS)) {
      throw new ConfigError(`PolicyWatcher: intervalMs must be a number from 1 to ${MAX_INTERVAL_MS}.`);
    }
    this.#options = { ...options, intervalMs, onError, clock };
  }

  /**
   * Loads the file, puts it in force and goes on watching it.
   *
   * @throws PolicyDocumentError where the file does not load: there is no last good policy yet.
   */
  async start(): Promise<void> {
    this.stop();
    const run = this.#run;
    const bytes = await readPolicyBytes(this.path);
    await this.#apply(bytes, run);
    this.#seen = hashOf(bytes);
    this.#wait(run);
  }

  /** Watches a file that has been put in force already: the first look is after one interval. */
  follow(): void {
    this.stop();
    this.#wait(this.#run);
  }

  /** Stops watching; the policy in force stays. */
  stop(): void {
    this.#run++;
    this.#cancel?.();
    this.#cancel = undefined;
  }

  #wait(run: number): void {
    if (run !== this.#run) return;
    this.#cancel = this.#options.clock.after(this.#options.intervalMs, () => {
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

  async #apply(bytes: Uint8Array, run: number): Promise<void> {
    const policy = await Policy.load(decodePolicy(bytes, this.path), { source: this.path });
    if (run !== this.#run) return;
    await this.target.updatePolicy(policy);
    await this.#options.onReload?.(policy);
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
      this.#options.onError(error);
    } catch {
      // Whoever is told cannot stop the watch.
    }
  }
}

function hashOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function warn(error: unknown): void {
  const text = error instanceof Error ? error.message : String(error);
  process.emitWarning(`${text}. The last good policy stays in force.`, 'PolicyWarning');
}
