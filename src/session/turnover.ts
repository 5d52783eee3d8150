/** So many entries go before the rest is written anew: fewer than pass between two collections of young garbage. */
const MOST_GONE = 128;

/**
 * A map whose entries come and go with every request.
 *
 * V8 chains each table of a `Map` that is full to the one that took its place. Once one of them is old, whatever stood in
 * any later one is kept until the whole heap is collected: every request would outlive its answer, and collecting them
 * costs a busy proxy a quarter of its time. A new `Map`, now and then, has no such past.
 */
export class Turnover<K, V> {
  #map = new Map<K, V>();
  #gone = 0;

  /** How many entries there are. */
  get size(): number {
    return this.#map.size;
  }

  /** True where there is an entry of this key. */
  has(key: K): boolean {
    return this.#map.has(key);
  }

  /** The value of a key; undefined where there is none. */
  get(key: K): V | undefined {
    return this.#map.get(key);
  }

  /** Puts a value in, in place of an earlier one of its key. */
  set(key: K, value: V): void {
    this.#map.set(key, value);
  }

  /** Takes an entry out; false where there is none of this key. */
  delete(key: K): boolean {
    if (!this.#map.delete(key)) return false;
    // As many as are left, or writing them anew would cost more than it saves.
    if (++this.#gone >= MOST_GONE && this.#gone >= this.#map.size) this.#renew();
    return true;
  }

  /** The keys as they are now, the oldest first. */
  keys(): IterableIterator<K> {
    return this.#map.keys();
  }

  /** The values as they are now, the oldest first. */
  values(): IterableIterator<V> {
    return this.#map.values();
  }

  /** Takes all out. */
  clear(): void {
    this.#map = new Map();
    this.#gone = 0;
  }

  #renew(): void {
    this.#map = new Map(this.#map);
    this.#gone = 0;
  }
}
