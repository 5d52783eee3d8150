import type { PinBook } from './pin-book.js';

/** Where pins are kept. */
export interface PinStore {
  /**
   * The pins as they are at this moment, whoever wrote them.
   *
   * @throws PinError where they cannot be known: nothing may be taken for pinned or for new then.
   */
  current(): PinBook;
  /**
   * Changes the pins as they are when nobody else changes them; resolves once they are kept.
   *
   * @param change - Gives back the very book where there is nothing to change. May be called again with a newer one.
   * @throws PinError where they cannot be known or kept. Nothing is changed then.
   */
  update(change: (book: PinBook) => PinBook): Promise<PinBook>;
}

/** Keeps pins as long as the process runs. */
export class MemoryPins implements PinStore {
  #book: PinBook = new Map();

  /** {@inheritDoc PinStore.current} */
  current(): PinBook {
    return this.#book;
  }

  /** {@inheritDoc PinStore.update} */
  update(change: (book: PinBook) => PinBook): Promise<PinBook> {
    this.#book = change(this.#book);
    return Promise.resolve(this.#book);
  }
}
