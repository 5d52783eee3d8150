import type { Detector } from './detector.js';
import { type NumberGroups, PARENTHESIS } from './number-groups.js';

const MOST_DETECTORS = 31;
/** The groups of a number whose lengths and separators one small integer holds. */
const HALF = 4;
const LONGEST = 31;
const KNOWN_BITS = 9;
const KNOWN = 2 ** KNOWN_BITS;
const SPACE = 0x20;
const HYPHEN = 0x2d;
const FULL_STOP = 0x2e;

/**
 * The detectors of numbers, chosen by the shape of a number.
 *
 * Each detector is a bit. Texts hold few shapes (`4-2-2` of dates, `2.2` of amounts), so that what the detectors take is
 * asked once for a shape and remembered.
 */
export class NumberAnchor {
  /** In the order in which they are asked. */
  readonly detectors: readonly Detector[];
  readonly #all: number;
  readonly #takes: readonly ((groups: NumberGroups) => boolean)[];
  /** The shapes of the first four groups and of the others, and who takes them: a place holds the last of its shapes. */
  readonly #first = new Int32Array(KNOWN);
  readonly #others = new Int32Array(KNOWN);
  readonly #known = new Int32Array(KNOWN);

  /** Takes those of the detectors that have this anchor; there is room for 31. */
  constructor(detectors: readonly Detector[]) {
    const anchored = detectors.flatMap((detector) =>
      detector.anchor.at === 'number' ? [{ detector, takes: detector.anchor.takes }] : [],
    );
    if (anchored.length > MOST_DETECTORS) {
      throw new RangeError(`More than ${MOST_DETECTORS} detectors have the anchor number.`);
    }
    this.detectors = anchored.map(({ detector }) => detector);
    this.#takes = anchored.map(({ takes }) => takes);
    this.#all = 2 ** anchored.length - 1;
  }

  /** The detectors to be asked about a number, as bits: all of them for one behind a plus sign. */
  asked(groups: NumberGroups, behindPlus: boolean): number {
    if (behindPlus) {
      return this.#all;
    }
    const first = shapeOf(groups, 0);
    const others = shapeOf(groups, HALF);
    const mixed = Math.imul(first ^ Math.imul(others, 0x9e3779b1), 0x85ebca6b);
    const place = mixed >>> (32 - KNOWN_BITS);
    if (this.#first[place] !== first || this.#others[place] !== others) {
      this.#first[place] = first;
      this.#others[place] = others;
      this.#known[place] = this.#judge(groups);
    }
    return this.#known[place] as number;
  }

  #judge(groups: NumberGroups): number {
    return this.#takes.reduce((asked, takes, index) => (takes(groups) ? asked | (1 << index) : asked), 0);
  }
}

/** Eight bits a group: three for what parts it from the one before, five for its length; none for one that is not there. */
function shapeOf(groups: NumberGroups, from: number): number {
  let shape = 0;
  for (let group = from; group < groups.count && group < from + HALF; group += 1) {
    shape = (shape << 8) | (separatorOf(groups.separator(group)) << 5) | Math.min(LONGEST, groups.length(group));
  }
  return shape;
}

function separatorOf(code: number): number {
  switch (code) {
    case 0:
      return 0;
    case SPACE:
      return 1;
    case HYPHEN:
      return 2;
    case FULL_STOP:
      return 3;
    case PARENTHESIS:
      return 4;
    default:
      return 5;
  }
}
