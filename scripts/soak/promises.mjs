import { createHash } from 'node:crypto';

/** What processes that were killed had been promised, held against what the record says. */
export class Promises {
  #intents = new Set();
  #events = new Set();
  #found = new Map();
  #ever = new Set();
  #settled = 0;
  #marked = 0;
  #head = { seq: 0, hash: '0'.repeat(64) };

  /** The place of the newest event that was looked at. */
  get seen() {
    return this.#head.seq;
  }

  get summary() {
    return `${this.#settled} acknowledged events and none missing, ${this.#marked} intents without an outcome and all marked`;
  }

  /** Takes what one process printed; a line that was torn off is no promise. */
  made(said) {
    for (const line of said.split('\n').slice(0, -1)) {
      const [kind, id] = line.split(' ');
      (kind === 'i' ? this.#intents : this.#events).add(id);
    }
  }

  /** Takes events in the order of the record, and follows the chain, in the way that the guide describes. */
  see(events) {
    for (const { seq, previousHash, hash, ...event } of events) {
      const text = sorted(event);
      const own = createHash('sha256').update(`${previousHash}\n${text}`).digest('hex');
      if (seq !== this.#head.seq + 1 || previousHash !== this.#head.hash || own !== hash)
        throw new Error(`the chain is broken at event ${seq}`);
      this.#head = { seq, hash };
      if (event.id.startsWith('before-')) continue;
      if (this.#ever.has(event.id)) throw new Error(`${event.id} is there twice`);
      this.#ever.add(event.id);
      this.#found.set(event.id, event.resultStatus);
    }
  }

  /** Throws where a promise was broken; afterwards only what comes later is asked about. */
  check() {
    const missing = [...this.#events].filter((id) => this.#found.get(id) !== 'success');
    const unmarked = [...this.#intents].filter((id) => !this.#found.has(id));
    if (missing.length + unmarked.length > 0)
      throw new Error(`the record broke a promise: ${JSON.stringify({ missing, unmarked })}`);
    this.#settled += this.#events.size;
    this.#marked += [...this.#found.values()].filter((status) => status === 'unknown_after_crash').length;
    this.#intents.clear();
    this.#events.clear();
    this.#found.clear();
  }
}

function sorted(value) {
  if (Array.isArray(value)) return `[${value.map(sorted).join()}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const members = Object.keys(value).sort();
  return `{${members.map((name) => `${JSON.stringify(name)}:${sorted(value[name])}`).join()}}`;
}
