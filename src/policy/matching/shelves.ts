import { coarser, idOf, keyOf, type NameShape, type ShapedPattern } from './name-shape.js';

/** Every shelf is looked at for every new name: beyond so many, patterns of rare shapes share one. */
const MOST_SHELVES = 64;

interface Shelf<T> {
  readonly shape: NameShape;
  readonly groups: Map<string, T>;
}

/**
 * Groups that are found by name: sorted by what patterns demand literally, a whole name or the beginning and the end
 * of one. One look-up for each shape of pattern that occurs finds all groups whose literals fit.
 */
export class Shelves<T> {
  readonly #shelves = new Map<string, Shelf<T>>();

  constructor(private readonly make: () => T) {}

  /** The group for a pattern; made when it is asked for first. */
  groupFor(pattern: ShapedPattern): T {
    const shelf = this.#shelfFor(pattern.shape);
    if (shelf === undefined) return this.groupFor(coarser(pattern));
    const known = shelf.groups.get(pattern.key);
    if (known !== undefined) return known;
    const made = this.make();
    shelf.groups.set(pattern.key, made);
    return made;
  }

  /** Every group that a pattern matching the name could be in. */
  groupsOf(name: string): readonly T[] {
    const found: T[] = [];
    for (const { shape, groups } of this.#shelves.values()) {
      const key = keyOf(shape, name);
      const group = key === undefined ? undefined : groups.get(key);
      if (group !== undefined) found.push(group);
    }
    return found;
  }

  /** Undefined where there are too many already and the shape is not one that all can share. */
  #shelfFor(shape: NameShape): Shelf<T> | undefined {
    const id = idOf(shape);
    const known = this.#shelves.get(id);
    if (known !== undefined) return known;
    const shared = shape.exact || (shape.suffixLength === 0 && shape.prefixLength <= 4);
    if (this.#shelves.size >= MOST_SHELVES && !shared) return undefined;
    const shelf = { shape, groups: new Map<string, T>() };
    this.#shelves.set(id, shelf);
    return shelf;
  }
}
