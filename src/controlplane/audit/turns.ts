import type { Clock } from '../../call/clock.js';
import { Problem } from '../http/problem.js';

/** Most that wait: each holds a whole batch in memory. */
const MOST = 32;
/** Less than a door waits for its answer. */
const LIMIT_MS = 8_000;

/**
 * Does one thing after the other, and lets nobody wait for long.
 *
 * What takes too long is answered and goes on: its turn ends when it does, so that whoever comes again comes after it.
 */
export class Turns {
  readonly #clock: Clock;
  #last: Promise<unknown> = Promise.resolve();
  #size = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * Does work when everything that came before is done.
   *
   * @throws Problem `unavailable` where 32 wait already, and after 8 s: work that has not begun by then never does.
   */
  async take<T>(work: () => Promise<T>): Promise<T> {
    if (this.#size >= MOST) throw new Problem('unavailable');
    this.#size += 1;
    let isOver = false;
    const turn = this.#last
      .then(() => {
        if (isOver) throw new Problem('unavailable');
        return work();
      })
      .finally(() => {
        this.#size -= 1;
      });
    this.#last = turn.catch(() => undefined);
    return new Promise<T>((resolve, reject) => {
      const cancel = this.#clock.after(LIMIT_MS, () => {
        isOver = true;
        reject(new Problem('unavailable'));
      });
      turn.then(resolve, reject).finally(cancel);
    });
  }
}
