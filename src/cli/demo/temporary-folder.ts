import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** A folder among the temporary files: it goes when it is removed, and with a process that is told to end. */
export class TemporaryFolder {
  readonly path = mkdtempSync(join(tmpdir(), 'mcp-governance-demo-'));

  constructor() {
    for (const signal of SIGNALS) process.once(signal, this.#leave);
  }

  /** Removes it with everything in it. */
  remove(): void {
    for (const signal of SIGNALS) process.off(signal, this.#leave);
    rmSync(this.path, { recursive: true, force: true, maxRetries: 3 });
  }

  readonly #leave = (signal: NodeJS.Signals): void => {
    this.remove();
    // Nobody listens any more: now it does what it always does.
    process.kill(process.pid, signal);
  };
}
