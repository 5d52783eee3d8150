import { backgroundClock, type Clock } from '../call/clock.js';
import { ConfigError } from '../errors/config-error.js';
import { FileWatch } from './file-watch.js';
import { Policy } from './policy.js';
import { decodePolicy } from './yaml/read-policy-file.js';

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
 * It looks at the content, not at dates ({@link FileWatch}). A file that does not load leaves the last good policy in
 * force.
 */
export class PolicyWatcher {
  readonly #watch: FileWatch;
  readonly #onReload: PolicyWatcherOptions['onReload'];

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
    this.#onReload = options.onReload;
    const apply = (bytes: Uint8Array, isCurrent: () => boolean): Promise<void> => this.#apply(bytes, isCurrent);
    this.#watch = new FileWatch(path, { intervalMs, clock, onError, apply });
  }

  /**
   * Loads the file, puts it in force and goes on watching it.
   *
   * @throws PolicyDocumentError where the file does not load: there is no last good policy yet.
   */
  start(): Promise<void> {
    return this.#watch.start();
  }

  /** Watches a file that has been put in force already: the first look is after one interval. */
  follow(): void {
    this.#watch.follow();
  }

  /** Stops watching; the policy in force stays. */
  stop(): void {
    this.#watch.stop();
  }

  async #apply(bytes: Uint8Array, isCurrent: () => boolean): Promise<void> {
    const policy = await Policy.load(decodePolicy(bytes, this.path), { source: this.path });
    if (!isCurrent()) return;
    await this.target.updatePolicy(policy);
    await this.#onReload?.(policy);
  }
}

function warn(error: unknown): void {
  const text = error instanceof Error ? error.message : String(error);
  process.emitWarning(`${text}. The last good policy stays in force.`, 'PolicyWarning');
}
