import { ALPHANUMERIC, CLASSES, classAt, DIGIT, endOfRun } from '../../../characters.js';
import type { Detector, Report } from '../../../detector.js';
import type { NumberGroups } from '../../../number-groups.js';
import { isPartOfLonger } from '../../../surroundings.js';
import { IdContext } from './id-context.js';
import { ID_WORD_RULES } from './national-numbers/id-rules.js';
import { ID_TYPES, type WordRule } from './national-numbers/number-rule.js';

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';
const DIGITS = '0123456789';
const LONGEST = 18;
const SHORTEST_WORD = 6;
const HYPHEN = 0x2d;
const SPACE = 0x20;

const context = new IdContext();
const types = ID_TYPES.filter((type) => ID_WORD_RULES.some((rule) => rule.type === type));
/** The rules by how many letters and digits stand in front: those that need no name, and the others. */
const byLength = Array.from({ length: LONGEST + 1 }, (_, length) => {
  const rules = ID_WORD_RULES.filter((rule) => rule.lengths.includes(length));
  const [alone, named] = [true, false].map((none) => rules.filter((rule) => (rule.names.length === 0) === none));
  return rules.length > 0 ? { alone: alone ?? [], named: named ?? [] } : undefined;
});

/** Finds identifiers that begin with a capital letter: by their check sign, their form, or a name nearby. */
export const letteredIdDetector: Detector = {
  types,
  category: 'pii',
  anchor: {
    at: 'prefix',
    prefixes: pairsOf(LETTERS, `${LETTERS}${DIGITS}-`),
  },
  detect: detectWord,
};

/** Finds those that begin with a digit and go on with a letter. */
export const digitLedIdDetector: Detector = {
  types,
  category: 'pii',
  anchor: { at: 'mixed' },
  detect: detectWord,
};

function detectWord(text: string, at: number, report: Report, groups: NumberGroups): number {
  const run = endOfRun(text, at, ALPHANUMERIC, LONGEST + 1);
  const rules = byLength[run - at];
  if (rules === undefined || !hasDigits(text, at, run)) {
    return at;
  }
  for (const rule of rules.alone) {
    const end = endOf(rule, text, at);
    if (end > 0 && report(rule.type, at, end, 0.9)) {
      return end;
    }
  }
  // What is shorter is the first of several groups.
  if ((run - at < SHORTEST_WORD && !goesOn(text, run)) || !context.read(text, at, run, groups.scan)) {
    return at;
  }
  for (const rule of rules.named) {
    const end = context.names(rule, text) ? endOf(rule, text, at) : 0;
    if (end > 0 && report(rule.type, at, end, 0.8)) {
      return end;
    }
  }
  return at;
}

function pairsOf(firsts: string, seconds: string): string[] {
  return Array.from(firsts).flatMap((first) => Array.from(seconds, (second) => first + second));
}

/** A digit in the word itself, or behind the space or the hyphen that parts it: most words in capitals have none. */
function hasDigits(text: string, at: number, run: number): boolean {
  for (let position = at; position < run; position += 1) {
    if (((CLASSES[text.charCodeAt(position)] as number) & DIGIT) !== 0) {
      return true;
    }
  }
  return goesOn(text, run);
}

/** True if a group of digits follows. */
function goesOn(text: string, run: number): boolean {
  const next = text.charCodeAt(run);
  return (next === SPACE || next === HYPHEN) && (classAt(text, run + 1) & DIGIT) !== 0;
}

/** Where an identifier of a rule ends that begins at a place; 0 if there is none. */
function endOf(rule: WordRule, text: string, at: number): number {
  rule.form.lastIndex = at;
  if (!rule.form.test(text)) {
    return 0;
  }
  const end = rule.form.lastIndex;
  const word = text.slice(at, end);
  return !isPartOfLonger(text, at, end) && rule.isValid?.(word) !== false ? end : 0;
}
