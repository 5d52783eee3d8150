import { randomUUID } from 'node:crypto';
import { type Clock, systemClock } from '../../call/clock.js';
import { JudgedError } from '../../enforcement/late-answers.js';
import { isId, type Message } from '../../session/message.js';
import { Turnover } from '../../session/turnover.js';
import { describeFault, log } from '../../telemetry/log.js';
import { type Frame, toFrame, toRefusal } from '../frame.js';
import type { Peer, PeerHandlers } from '../peer.js';
import { LinePeer } from './line-peer.js';
import { ProcessGroup, type StdioTarget } from './process-group.js';
import { passStderr } from './stderr-lines.js';

/** The JSON-RPC code of an answer that a server owes and will not give. */
export const SERVER_GONE = -32000;

/** How a server that crashed is started again. */
export interface RestartOptions {
  /** Most restarts in a row. Default 5. */
  readonly attempts?: number;
  /** Milliseconds before the first restart, twice as many before each further one, at most 10,000. Default 200. */
  readonly delayMs?: number;
}

/** What a server that runs as a process of ours is made of. */
export interface RestartingPeerOptions extends RestartOptions {
  readonly target: StdioTarget;
  /** Most bytes of a line that the server writes. */
  readonly maxLineBytes: number;
  /** Where its standard error goes. Default: that of this process. */
  readonly stderr?: NodeJS.WritableStream;
  readonly clock?: Clock;
}

const SENT = Promise.resolve();

/** A server that ran so long was well: what it crashed before is forgotten. */
const WELL_MS = 60_000;
const MOST_DELAY_MS = 10_000;
/** How long a server that was started again has to answer the handshake. */
const HANDSHAKE_MS = 30_000;
/** So many requests that nobody ever answered are remembered. */
const MOST_OPEN = 20_000;

/** A server that runs as a process of ours, and is started again where it crashes: the session goes on. */
export class RestartingPeer implements Peer {
  readonly transport = 'pipe';
  readonly #options: RestartingPeerOptions;
  readonly #clock: Clock;
  #handlers: PeerHandlers | undefined;
  #group: ProcessGroup;
  /** Undefined while the server is being started again. */
  #lines: LinePeer | undefined;
  #back: Promise<void> = Promise.resolve();
  #startedAt: number;
  /** In a row. */
  #crashes = 0;
  #crashed = false;
  #closed = false;
  /** What the server was asked and has not answered. */
  readonly #open = new Turnover<string | number, true>();
  /** What the server asked; an answer to what an earlier one asked is none for this one. */
  readonly #asked = new Set<string | number>();
  /** Ends the wait before a restart. */
  #hurry: (() => void) | undefined;
  #initialize: Frame | undefined;
  #initialized: Frame | undefined;
  /** Told of the answer to a handshake of our own. */
  #handshake: { readonly id: string; readonly answered: (message: Message) => void } | undefined;

  private constructor(options: RestartingPeerOptions, group: ProcessGroup) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#startedAt = this.#clock.elapsed();
    this.#group = group;
  }

  /**
   * Starts the server.
   *
   * @throws ConfigError where it cannot be started.
   */
  static async open(options: RestartingPeerOptions): Promise<RestartingPeer> {
    return new RestartingPeer(options, await ProcessGroup.start(options.target, options.clock));
  }

  /** {@inheritDoc Peer.start} */
  start(handlers: PeerHandlers): void {
    this.#handlers = handlers;
    this.#goOnWith(this.#group, this.#attach(this.#group));
  }

  /** Sends to the server; while it is being started again, once it is back. */
  send(frame: Frame): Promise<void> {
    const lines = this.#lines;
    if (lines === undefined || this.#closed) return this.#back.then(() => this.#sendNow(frame));
    return this.#note(frame) ? lines.send(frame) : SENT;
  }

  /** Sends a signal to the server and all that it started. */
  signal(signal: NodeJS.Signals): void {
    this.#group.signal(signal);
  }

  /** Ends the server and all that it started. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#lines = undefined;
    this.#hurry?.();
    await this.#group.end();
    // One that was being started meanwhile ends as well.
    await this.#back.catch(() => undefined);
  }

  #sendNow(frame: Frame): Promise<void> {
    if (this.#closed || this.#lines === undefined) {
      return Promise.reject(new JudgedError(SERVER_GONE, 'The MCP server is gone.'));
    }
    return this.send(frame);
  }

  /**
   * Keeps in mind what a server that is started again has to be told, and what this one owes; false for what is not to be
   * sent, the answer to a question of an earlier server.
   */
  #note(frame: Frame): boolean {
    const { id, method } = frame.message;
    if (method === undefined) return !isId(id) || this.#asked.delete(id) || !this.#crashed;
    if (isId(id)) {
      if (this.#open.size >= MOST_OPEN) this.#open.delete(this.#open.keys().next().value as string);
      this.#open.set(id, true);
    }
    if (method === 'initialize') this.#initialize = frame;
    else if (method === 'notifications/initialized') this.#initialized = frame;
    return true;
  }

  #attach(group: ProcessGroup): LinePeer {
    const lines = new LinePeer({
      input: group.stdout,
      output: group.stdin,
      maxLineBytes: this.#options.maxLineBytes,
      junk: 'warn',
    });
    passStderr(group.stderr, this.#options.stderr ?? process.stderr);
    lines.start({
      onFrame: (frame) => (group === this.#group && !this.#closed ? this.#take(frame) : undefined),
      // A server that closes its output and lives on serves nobody.
      onClose: () => {
        this.#clock.after(100, () => {
          group.signal('SIGTERM');
        });
      },
    });
    return lines;
  }

  #goOnWith(group: ProcessGroup, lines: LinePeer): void {
    this.#lines = lines;
    void group.ended.then((how) => {
      this.#ended(how);
    });
  }

  #take(frame: Frame): void | Promise<void> {
    const { id, method } = frame.message;
    if (isId(id)) {
      if (method !== undefined) {
        if (this.#asked.size >= MOST_OPEN) this.#asked.delete(this.#asked.values().next().value as string);
        this.#asked.add(id);
      } else if (id === this.#handshake?.id) {
        this.#handshake.answered(frame.message);
        return undefined;
      } else if (!this.#open.delete(id)) this.#open.delete(Number(id));
    }
    // Until it is back, a server has nothing to say but to answer the handshake.
    return this.#lines === undefined ? undefined : this.#handlers?.onFrame(frame, undefined);
  }

  /** Answers what the server owes, and starts it again. */
  #ended(how: string): void {
    if (this.#closed) return;
    this.#lines = undefined;
    this.#crashed = true;
    const why = `The MCP server ended ${how} before it answered.`;
    if (this.#initialize !== undefined && this.#open.has(idOf(this.#initialize))) this.#initialize = undefined;
    const open = [...this.#open.keys()];
    this.#open.clear();
    this.#asked.clear();
    const wasWell = this.#clock.elapsed() - this.#startedAt >= WELL_MS;
    this.#crashes = wasWell ? 1 : this.#crashes + 1;
    log('error', `the MCP server ended ${how}`);
    for (const id of open) void this.#handlers?.onFrame(toFrame(toRefusal(id, SERVER_GONE, why)), undefined);
    this.#back = this.#restart();
  }

  async #restart(): Promise<void> {
    const { attempts = 5, delayMs = 200, target, clock } = this.#options;
    for (; this.#crashes <= attempts && !this.#closed; this.#crashes++) {
      const delay = Math.min(delayMs * 2 ** (this.#crashes - 1), MOST_DELAY_MS);
      await this.#wait(delay);
      if (this.#closed) return;
      try {
        const group = await ProcessGroup.start(target, clock);
        this.#group = group;
        this.#startedAt = this.#clock.elapsed();
        if (this.#closed) return await group.end();
        const lines = this.#attach(group);
        if (!(await this.#shakeHands(lines, group))) continue;
        this.#goOnWith(group, lines);
        log('warn', 'the MCP server was started again');
        return;
      } catch (fault) {
        log('error', `the MCP server could not be started again: ${describeFault(fault)}`);
      }
    }
    if (this.#closed) return;
    this.#closed = true;
    this.#handlers?.onClose('The MCP server ended again and again, and is not started any more.');
  }

  #wait(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#clock.after(ms, resolve);
      this.#hurry = () => {
        cancel();
        resolve();
      };
    });
  }

  /** Brings a server to where the one before it was; false where it does not come there. */
  async #shakeHands(lines: LinePeer, group: ProcessGroup): Promise<boolean> {
    const [initialize, initialized] = [this.#initialize, this.#initialized];
    if (initialize === undefined) return true;
    const id = `mcp-governance/${randomUUID()}`;
    const answer = new Promise<Message | undefined>((resolve) => {
      this.#handshake = { id, answered: resolve };
      void group.ended.then(() => {
        resolve(undefined);
      });
      const cancel = this.#clock.after(HANDSHAKE_MS, () => {
        resolve(undefined);
      });
      void group.ended.finally(cancel);
    });
    await lines.send(toFrame({ ...initialize.message, id }));
    const message = await answer;
    this.#handshake = undefined;
    if (message === undefined || message.error !== undefined) {
      group.signal('SIGKILL');
      await group.ended;
      return false;
    }
    if (initialized !== undefined) await lines.send(initialized);
    return true;
  }
}

function idOf({ message: { id } }: Frame): string | number {
  return isId(id) ? id : '';
}
