import { type ChildProcess, spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { type Clock, systemClock } from '../../call/clock.js';
import { ConfigError } from '../../errors/config-error.js';

/** How a server that speaks over its standard input and output is started. */
export interface StdioTarget {
  readonly kind: 'stdio';
  readonly command: string;
  readonly args: readonly string[];
  /** Besides the environment of this process, in which the keys of a controlplane are held back. */
  readonly env?: Readonly<Record<string, string>>;
  /** Variables of this process that are held back from it, by name. */
  readonly withheld?: readonly string[];
  /** Default: the folder of this process. */
  readonly cwd?: string;
}

/** What this process may do at a controlplane is no concern of the servers that it governs. */
const OWN_KEYS = ['WAXELL_API_KEY', 'MCP_GOVERNANCE_API_KEY'];

/** How long a process has to end before it is asked more firmly, in milliseconds. */
const GRACE_MS = 2_000;

/** How long its output may go on after the process is gone, in milliseconds. */
const LAST_WORDS_MS = 1_000;

const isWindows = process.platform === 'win32';

/** Every group that may still run: none outlives this process. */
const running = new Set<ProcessGroup>();

/** A process and everything that it starts, as one: they end together. */
export class ProcessGroup {
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** Resolves when the process is gone and all that it wrote was read, with how it ended. */
  readonly ended: Promise<string>;
  readonly #child: ChildProcess;
  readonly #clock: Clock;

  private constructor(child: ChildProcess, clock: Clock) {
    this.#child = child;
    this.#clock = clock;
    const { stdin, stdout, stderr } = child;
    if (stdin === null || stdout === null || stderr === null) throw new TypeError('a process without streams');
    this.stdin = stdin;
    this.stdout = stdout;
    this.stderr = stderr;
    this.ended = this.#watch();
    if (running.size === 0) process.on('exit', killAll);
    running.add(this);
    // A process may end before it has read what was written to it.
    stdin.on('error', () => undefined);
  }

  /**
   * Starts a process in a group of its own.
   *
   * @throws ConfigError where it cannot be started; the text names the command.
   */
  static async start(target: StdioTarget, clock: Clock = systemClock): Promise<ProcessGroup> {
    const { command, args, cwd, env, withheld = [] } = target;
    const kept = [...OWN_KEYS, ...withheld];
    const passed = Object.fromEntries(Object.entries(process.env).filter(([name]) => !kept.includes(name)));
    const child = spawn(command, [...args], {
      ...(cwd !== undefined && { cwd }),
      env: { ...passed, ...env },
      stdio: ['pipe', 'pipe', 'pipe'],
      // A group of its own, which signals reach as a whole.
      detached: !isWindows,
      windowsHide: true,
    });
    await new Promise<void>((resolve, reject) => {
      child.once('spawn', resolve).once('error', (fault: NodeJS.ErrnoException) => {
        reject(new ConfigError(`The server cannot be started: ${command} (${fault.code ?? fault.name}).`));
      });
    });
    child.on('error', () => undefined);
    return new ProcessGroup(child, clock);
  }

  /** Sends a signal to the whole group. */
  signal(signal: NodeJS.Signals): void {
    const { pid } = this.#child;
    if (pid === undefined) return;
    try {
      if (isWindows) this.#child.kill(signal);
      else process.kill(-pid, signal);
    } catch {
      // Nobody of the group is left.
    }
  }

  /** Ends the group: by the end of its input, then by signals. Resolves when nothing of it is left. */
  async end(): Promise<void> {
    this.stdin.end();
    const firmly = (['SIGTERM', 'SIGKILL'] as const).map((signal, at) =>
      this.#clock.after((at + 1) * GRACE_MS, () => {
        this.signal(signal);
      }),
    );
    await this.ended;
    for (const cancel of firmly) cancel();
  }

  #watch(): Promise<string> {
    return new Promise((resolve) => {
      this.#child.once('exit', (code, signal) => {
        const how = signal === null ? `with exit code ${code ?? 'unknown'}` : `by ${signal}`;
        // What it started may hold its output open, and goes with it.
        this.signal('SIGKILL');
        const done = (): void => {
          cancel();
          running.delete(this);
          if (running.size === 0) process.off('exit', killAll);
          this.stdout.destroy();
          this.stderr.destroy();
          resolve(how);
        };
        const cancel = this.#clock.after(LAST_WORDS_MS, done);
        this.#child.once('close', done);
      });
    });
  }
}

function killAll(): void {
  for (const group of running) group.signal('SIGKILL');
}
