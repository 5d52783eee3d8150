import { classAt, DIGIT } from '../../../characters.js';
import type { Detector, Report } from '../../../detector.js';
import type { NumberGroups } from '../../../number-groups.js';
import { isPartOfLonger } from '../../../surroundings.js';
import { IdContext } from './id-context.js';
import { ID_NUMBER_RULES } from './national-numbers/id-rules.js';
import { ID_TYPES, type NumberRule } from './national-numbers/number-rule.js';

const ANY_SEPARATOR = 1;
const SPACE = 0x20;
const HYPHEN = 0x2d;
const FULL_STOP = 0x2e;
const MOST_DIGITS = 20;

/** A way of writing numbers, and the rules of those that are written so. */
interface Layout {
  readonly lengths: readonly number[];
  /** The character ahead of each group; `ANY_SEPARATOR` for a space, a hyphen or a full stop. */
  readonly separators: readonly number[];
  /** The rules by which a number needs no name. */
  readonly alone: NumberRule[];
  readonly named: NumberRule[];
}

const context = new IdContext();
const NO_DIGIT = 255;
const digits = new Uint8Array(MOST_DIGITS);
const layouts = layoutsOf(ID_NUMBER_RULES);

/**
 * Finds the numbers of persons and banks that a check digit, a name nearby or both tell.
 *
 * The length of the first group chooses the few ways of writing that are possible; arithmetic comes before any look
 * around, and that is done once for a number.
 */
export const idNumberDetector: Detector = {
  types: ID_TYPES.filter((type) => ID_NUMBER_RULES.some((rule) => rule.type === type)),
  category: 'pii',
  anchor: {
    at: 'number',
    takes: (groups) => layouts[groups.length(0)]?.some((layout) => isWritten(groups, layout)) === true,
  },
  detect(text, at, report, groups) {
    const possible = layouts[groups.length(0)];
    for (let index = 0; possible !== undefined && index < possible.length; index += 1) {
      const layout = possible[index] as Layout;
      if (isWritten(groups, layout) && (layout.lengths.length === 1 || !goesOnFrom(text, at))) {
        readDigits(text, groups, layout.lengths.length);
        const end = endOfNumber(text, at, report, groups, layout);
        if (end > at) {
          return end;
        }
      }
    }
    return at;
  },
};

function endOfNumber(text: string, at: number, report: Report, groups: NumberGroups, layout: Layout): number {
  const end = groups.end(layout.lengths.length - 1);
  const inRow = layout.lengths.length > 1 && groups.separator(layout.lengths.length) === SPACE;
  if (!inRow) {
    for (const rule of layout.alone) {
      const behind = endOf(rule, text, at, end);
      if (behind > 0 && report(rule.type, at, behind, 0.9)) {
        return behind;
      }
    }
  }
  // Most numbers have no name, so that all rules that need one are done with.
  if (!context.read(text, at, end, groups.scan)) {
    return at;
  }
  for (const rule of layout.named) {
    if (context.names(rule, text)) {
      const behind = endOf(rule, text, at, end);
      if (behind > 0 && report(rule.type, at, behind, rule.labelled === true ? 0.7 : 0.9)) {
        return behind;
      }
    }
  }
  return at;
}

/** Where a number of a rule ends whose digits have been read and end at `end`; 0 if it is none. */
function endOf(rule: NumberRule, text: string, at: number, end: number): number {
  let behind = end;
  if (rule.rest === undefined) {
    if (rule.isValid?.(digits, '') === false) {
      return 0;
    }
  } else {
    rule.rest.lastIndex = end;
    const rest = rule.rest.exec(text)?.[0];
    if (rest === undefined || rule.isValid?.(digits, rest) === false) {
      return 0;
    }
    behind += rest.length;
  }
  return isPartOfLonger(text, at, behind) ? 0 : behind;
}

function isWritten(groups: NumberGroups, layout: Layout): boolean {
  const { lengths, separators } = layout;
  for (let group = 1; group < lengths.length; group += 1) {
    const wanted = separators[group];
    const separator = groups.separator(group);
    if (groups.length(group) !== lengths[group] || (separator !== wanted && wanted !== ANY_SEPARATOR)) {
      return false;
    }
    if (group > 1 && wanted === ANY_SEPARATOR && separator !== groups.separator(1)) {
      return false;
    }
  }
  return true;
}

function readDigits(text: string, groups: NumberGroups, count: number): void {
  let read = 0;
  for (let group = 0; group < count; group += 1) {
    for (let at = groups.start(group); at < groups.end(group); at += 1) {
      digits[read] = text.charCodeAt(at) - 48;
      read += 1;
    }
  }
  // A rule that looks further than the number goes must not see the digits of the one before.
  digits.fill(NO_DIGIT, read);
}

/** True if the groups are not the first ones of a row, as in a table. */
function goesOnFrom(text: string, at: number): boolean {
  const ahead = text.charCodeAt(at - 1);
  return (ahead === SPACE || ahead === HYPHEN || ahead === FULL_STOP) && (classAt(text, at - 2) & DIGIT) !== 0;
}

/** The ways of writing by the length of the first group, those of the most digits first. */
function layoutsOf(rules: readonly NumberRule[]): (Layout[] | undefined)[] {
  const layouts = new Map<string, Layout>();
  const layoutAs = (written: string): Layout => {
    const layout = layouts.get(written) ?? readLayout(written);
    layouts.set(written, layout);
    return layout;
  };
  for (const rule of rules) {
    for (const written of rule.alone?.split('|') ?? []) {
      layoutAs(written).alone.push(rule);
    }
    for (const written of rule.written?.split('|') ?? []) {
      layoutAs(written).named.push(rule);
    }
  }
  const byFirst: (Layout[] | undefined)[] = new Array<Layout[] | undefined>(MOST_DIGITS).fill(undefined);
  for (const layout of layouts.values()) {
    (byFirst[layout.lengths[0] as number] ??= []).push(layout);
  }
  byFirst.forEach((list) => list?.sort((left, right) => right.lengths.length - left.lengths.length));
  return byFirst;
}

function readLayout(written: string): Layout {
  const separators = Array.from(written.replace(/\d/g, ''), (sign) =>
    sign === '~' ? ANY_SEPARATOR : sign.charCodeAt(0),
  );
  return { lengths: written.split(/\D/).map(Number), separators: [0, ...separators], alone: [], named: [] };
}
