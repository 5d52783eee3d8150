import { Problem } from '../http/problem.js';
import type { Caller } from '../keys/caller.js';
import { addressBlock } from './address-block.js';
import type { Failures } from './failures.js';

/** Failures that an address has in a minute. */
export const MOST_FAILURES = 30;
/** The window they are counted in. */
export const WINDOW_SECONDS = 60;
/** How many secrets of one address, that nobody knows yet, are looked up at once. */
const AT_ONCE = 8;

type Found = Caller | Promise<Caller | undefined>;
type Look = () => Found;

/** Who comes: a request. Its address is read only where it matters. */
interface Comer {
  readonly ip: string;
}

/** Those of one address that are looked up, and those that come after them. */
interface Line {
  running: number;
  readonly waiting: { readonly go: () => void; readonly fail: (fault: unknown) => void }[];
}

/**
 * Lets an address try so many wrong credentials a minute; more of them cost no look-up.
 *
 * A window begins with the first failure and is not made longer by what is refused in it: nobody is locked out for more
 * than a minute by failures that have ended. A secret that nobody knows yet waits until less than eight of its address
 * are looked up, so that a thousand sent at once are stopped like a thousand sent one by one; a fleet that comes back all
 * at once, with valid keys, is only put in line.
 */
export class Attempts {
  readonly #failures: Failures;
  readonly #lines = new Map<string, Line>();

  constructor(failures: Failures) {
    this.#failures = failures;
  }

  /**
   * Looks a secret up, and counts it where it is wrong.
   *
   * @param isKnown - True where the secret was valid a while ago: then it is looked up in any case.
   * @param look - Undefined where the secret is wrong. What is there at once is given back at once.
   * @throws Problem `too_many_attempts` where the address has failed too often; whatever `look` rejects with.
   */
  run(comer: Comer, isKnown: boolean, look: Look): Found {
    if (!isKnown) return this.#inLine(addressBlock(comer.ip), look);
    const found = look();
    return found instanceof Promise ? this.#judge(addressBlock(comer.ip), found) : found;
  }

  async #inLine(address: string, look: Look): Promise<Caller | undefined> {
    this.#refuseBlocked(address);
    const line = this.#lineOf(address);
    if (line.running < AT_ONCE) line.running += 1;
    // Whoever is done hands its place on.
    else await new Promise<void>((go, fail) => line.waiting.push({ go, fail }));
    try {
      this.#refuseBlocked(address);
      return await this.#judge(address, look());
    } catch (fault) {
      // The store is away: those who wait need not find that out one after the other.
      if (!(fault instanceof Problem)) for (const { fail } of line.waiting.splice(0)) fail(fault);
      throw fault;
    } finally {
      const next = line.waiting.shift();
      if (next !== undefined) next.go();
      else if (--line.running === 0) this.#lines.delete(address);
    }
  }

  async #judge(address: string, looking: Found): Promise<Caller | undefined> {
    const found = await looking;
    if (found !== undefined) return found;
    const until = await this.#failures.add(address);
    if (until > 0) throw tooManyUntil(until);
    return undefined;
  }

  #refuseBlocked(address: string): void {
    const until = this.#failures.blockedUntil(address);
    if (until > 0) throw tooManyUntil(until);
  }

  #lineOf(address: string): Line {
    let line = this.#lines.get(address);
    if (line === undefined) this.#lines.set(address, (line = { running: 0, waiting: [] }));
    return line;
  }
}

function tooManyUntil(until: number): Problem {
  const retry_after = Math.max(1, Math.ceil((until - Date.now()) / 1000));
  return new Problem('too_many_attempts', undefined, { retry_after });
}
