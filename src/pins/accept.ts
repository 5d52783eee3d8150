import { type Pin, type PinBook, type ServerPins, waitingOf, type Waiting, withServer } from './pin-book.js';

/** One thing that waits to be accepted. */
export interface WaitingPin {
  readonly server: string;
  /** Undefined: the instructions of the server. */
  readonly tool: string | undefined;
  readonly waiting: Waiting;
  readonly pin: Pin;
}

/** Which pins are meant; what is left out means any. */
export interface WhichPins {
  readonly server?: string | undefined;
  readonly tool?: string | undefined;
}

/** All that waits to be accepted, in the order of the book. */
export function waitingPins(book: PinBook, { server: wanted, tool: wantedTool }: WhichPins = {}): WaitingPin[] {
  const found: WaitingPin[] = [];
  for (const [server, { instructions, tools }] of book) {
    if (wanted !== undefined && server !== wanted) continue;
    const pins: [string | undefined, Pin | undefined][] = [[undefined, instructions], ...tools];
    for (const [tool, pin] of pins) {
      const waiting = pin && waitingOf(pin);
      if (pin === undefined || waiting === undefined || (wantedTool !== undefined && tool !== wantedTool)) continue;
      found.push({ server, tool, waiting, pin });
    }
  }
  return found;
}

/**
 * Accepts what waits: exactly what was shown, and nothing that came since.
 *
 * @param shown - As {@link waitingPins} gave it.
 * @param at - ISO 8601 in UTC.
 * @returns The book, and what of `shown` was accepted: not what is another by now.
 */
export function acceptPins(
  book: PinBook,
  shown: readonly WaitingPin[],
  at: string,
): { readonly book: PinBook; readonly accepted: readonly WaitingPin[] } {
  let after = book;
  const accepted: WaitingPin[] = [];
  for (const each of shown) {
    const pins = after.get(each.server);
    const pin = each.tool === undefined ? pins?.instructions : pins?.tools.get(each.tool);
    if (pins === undefined || pin === undefined || !isStill(pin, each)) continue;
    after = withServer(after, each.server, withAccepted(pins, each.tool, pin, at));
    accepted.push(each);
  }
  return { book: after, accepted };
}

function isStill(pin: Pin, { pin: shown, waiting }: WaitingPin): boolean {
  return waitingOf(pin) === waiting && pin.pending?.fingerprint === shown.pending?.fingerprint;
}

function withAccepted(pins: ServerPins, tool: string | undefined, { pending }: Pin, at: string): ServerPins {
  const pin: Pin | undefined = pending && { accepted: { ...pending, at }, pending: undefined, missing: undefined };
  if (tool === undefined) return { ...pins, instructions: pin };
  const tools = new Map(pins.tools);
  if (pin === undefined) tools.delete(tool);
  else tools.set(tool, pin);
  return { ...pins, tools };
}
