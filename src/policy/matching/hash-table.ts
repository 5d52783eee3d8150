/**
 * Numbers by hash, several under each, in the order in which they were added.
 *
 * It is made of plain memory: 100,000 entries are no objects that a collection of garbage would have to look at.
 */
export class HashTable {
  /** The first and the last entry of every bucket; 0 is none. */
  #first = new Int32Array(16);
  #last = new Int32Array(16);
  /** By entry, from 1: its hash, its number, and the next entry of its bucket. */
  #hashes = new Int32Array(17);
  #numbers = new Int32Array(17);
  #next = new Int32Array(17);
  /** A bit for some of each hash, 16 for every bucket: most hashes that are not there are told by these alone. */
  #filter = new Int32Array(8);
  #size = 0;

  /** Adds a number under a hash. */
  add(hash: number, number: number): void {
    if (this.#size === this.#first.length) this.#grow();
    const entry = ++this.#size;
    this.#hashes[entry] = hash;
    this.#numbers[entry] = number;
    this.#link(entry, hash);
  }

  /** The first entry under a hash; 0 where there is none. */
  find(hash: number): number {
    const place = placeOf(hash);
    const bits = this.#filter[(place >>> 5) & (this.#filter.length - 1)] as number;
    if ((bits & (1 << (place & 31))) === 0) return 0;
    return this.#from(this.#first[place & (this.#first.length - 1)] as number, hash);
  }

  /** The entry that follows under the same hash; 0 where there is none. */
  after(entry: number): number {
    return this.#from(this.#next[entry] as number, this.#hashes[entry] as number);
  }

  /** The number of an entry. */
  numberOf(entry: number): number {
    return this.#numbers[entry] as number;
  }

  #from(entry: number, hash: number): number {
    let at = entry;
    while (at !== 0 && this.#hashes[at] !== hash) at = this.#next[at] as number;
    return at;
  }

  #link(entry: number, hash: number): void {
    const place = placeOf(hash);
    const bucket = place & (this.#first.length - 1);
    const last = this.#last[bucket] as number;
    if (last === 0) this.#first[bucket] = entry;
    else this.#next[last] = entry;
    this.#last[bucket] = entry;
    const word = (place >>> 5) & (this.#filter.length - 1);
    this.#filter[word] = (this.#filter[word] as number) | (1 << (place & 31));
  }

  #grow(): void {
    const capacity = this.#first.length * 2;
    this.#first = new Int32Array(capacity);
    this.#last = new Int32Array(capacity);
    this.#filter = new Int32Array(capacity / 2);
    this.#hashes = enlarged(this.#hashes, capacity + 1);
    this.#numbers = enlarged(this.#numbers, capacity + 1);
    this.#next = new Int32Array(capacity + 1);
    for (let entry = 1; entry <= this.#size; entry++) this.#link(entry, this.#hashes[entry] as number);
  }
}

/** Where a hash belongs, in buckets and bits: its ends count alike. */
function placeOf(hash: number): number {
  return hash ^ (hash >>> 16);
}

function enlarged(array: Int32Array, length: number): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(length);
  larger.set(array);
  return larger;
}
