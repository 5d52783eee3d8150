import { randomBytes } from 'node:crypto';
import type { Clock } from '../../../call/clock.js';
import { HttpSession } from './http-session.js';
import type { HttpLimits } from './options.js';
import { HttpRefusal, NO_SESSION, SERVER_ERROR } from './refusal.js';

/** How often it is looked for sessions that nobody uses, in parts of the time after which they end. */
const LOOKS = 4;

/** All sessions: so many at once, each for whoever began it. */
export class Sessions {
  readonly #limits: Required<HttpLimits>;
  readonly #clock: Clock;
  readonly #byId = new Map<string, HttpSession>();
  #callOff: (() => void) | undefined;

  constructor(limits: Required<HttpLimits>, clock: Clock) {
    this.#limits = limits;
    this.#clock = clock;
  }

  /** How many there are. */
  get size(): number {
    return this.#byId.size;
  }

  /**
   * Begins a session. Where there are too many, the one that its owner has not used for the longest time ends.
   *
   * @throws HttpRefusal 503 where there are too many and its owner has none to spare.
   */
  begin(owner: string): HttpSession {
    if (this.#byId.size >= this.#limits.maxSessions) {
      const spare = [...this.#byId.values()]
        .filter((session) => session.owner === owner && !session.isUsed)
        .sort((a, b) => a.usedAt - b.usedAt)[0];
      if (spare === undefined) {
        throw new HttpRefusal(503, SERVER_ERROR, 'Service Unavailable: there are too many sessions.', {
          headers: { 'retry-after': '30' },
        });
      }
      spare.leave('The session made room for another one.');
    }
    const { replayBytes, slowReaderMs } = this.#limits;
    const session = new HttpSession({
      id: randomBytes(32).toString('base64url'),
      owner,
      clock: this.#clock,
      replayBytes,
      slowReaderMs,
      onOver: ({ id }) => this.#byId.delete(id),
    });
    this.#byId.set(session.id, session);
    this.#callOff ??= this.#watch();
    return session;
  }

  /**
   * Finds a session of its owner. Of another's it says what it says of none.
   *
   * @throws HttpRefusal 400 without an id, 404 where there is none.
   */
  find(id: string | readonly string[] | undefined, owner: string): HttpSession {
    if (typeof id !== 'string' || id === '') {
      throw new HttpRefusal(400, SERVER_ERROR, 'Bad Request: the Mcp-Session-Id header is missing.');
    }
    const session = this.#byId.get(id);
    if (session?.owner === owner) return session;
    throw new HttpRefusal(404, NO_SESSION, 'Not Found: there is no such session.');
  }

  /** Ends all. */
  close(): void {
    this.#callOff?.();
    this.#callOff = undefined;
    for (const session of [...this.#byId.values()]) session.leave('The proxy stops.');
  }

  #watch(): () => void {
    const { sessionIdleMs } = this.#limits;
    return this.#clock.after(sessionIdleMs / LOOKS, () => {
      const before = this.#clock.elapsed() - sessionIdleMs;
      for (const session of [...this.#byId.values()]) {
        if (!session.isUsed && session.usedAt <= before) session.leave('Nobody used the session.');
      }
      this.#callOff = this.#byId.size === 0 ? undefined : this.#watch();
    });
  }
}
