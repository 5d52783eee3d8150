import { nearest } from '../../errors/config-error.js';
import { PolicyDocumentError, type PolicyProblem } from '../policy-document-error.js';
import { pathText, type Place, placeAt, stepsTo } from './place.js';

const MOST = 50;

/** Line and column, both counted from 1; 0 where there is no text. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** Finds a place in the text that a document was read from: the key that leads to it, or what stands there. */
export type Locate = (steps: readonly (string | number)[], part: 'key' | 'value') => Position;

/** The places of a document that was handed over as an object. */
export const NOWHERE: Locate = () => ({ line: 0, column: 0 });

/** Gathers what is wrong with a document while it is read. */
export class Problems {
  #count = 0;
  readonly #found: { readonly place: Place | undefined; readonly part: 'key' | 'value'; readonly message: string }[] =
    [];

  /** How many there are. */
  get count(): number {
    return this.#count;
  }

  /** What stands at the place is wrong. */
  add(place: Place | undefined, message: string, part: 'key' | 'value' = 'value'): void {
    this.#count++;
    // Those beyond the most are counted only: a document of 100,000 bad rules must not make 100,000 texts.
    if (this.#found.length < MOST) this.#found.push({ place, part, message });
  }

  /** The key is not known there; says which one may be meant. */
  addUnknownKey(parent: Place | undefined, key: string, known: readonly string[], hint?: string): void {
    const sign = OPERATOR_SIGNS.get(key) ?? '';
    const near = known.includes(sign) ? sign : nearest(key, known);
    const rest = hint ?? (near === '' ? `Known are ${known.join(', ')}.` : `Did you mean '${near}'?`);
    this.add(placeAt(parent, key), `unknown key '${key}'. ${rest}`, 'key');
  }

  /** The operator is not known; says which one may be meant. */
  addUnknownOperator(parent: Place, name: string, known: readonly string[], hint?: string): void {
    const near = OPERATOR_SIGNS.get(name) ?? nearest(name, known);
    const rest = hint ?? (near === '' ? `Known are ${known.join(', ')}.` : `Did you mean '${near}'?`);
    this.add(placeAt(parent, name), `unknown operator '${name}'. ${rest}`, 'key');
  }

  /**
   * Ends the reading of a document in which anything was wrong.
   *
   * @throws PolicyDocumentError with all of it.
   */
  throwIfAny(source: string, locate: Locate): void {
    if (this.#count === 0) return;
    const problems = this.#found.map(({ place, part, message }): PolicyProblem => {
      const steps = stepsTo(place);
      return { ...locate(steps, part), path: pathText(steps), message };
    });
    problems.sort((a, b) => a.line - b.line || a.column - b.column);
    throw new PolicyDocumentError(source, problems, this.#count - problems.length);
  }
}

/** How other languages write operators. */
const OPERATOR_SIGNS: ReadonlyMap<string, string> = new Map([
  ['=', 'eq'],
  ['==', 'eq'],
  ['equals', 'eq'],
  ['!=', 'ne'],
  ['neq', 'ne'],
  ['>', 'gt'],
  ['>=', 'gte'],
  ['<', 'lt'],
  ['<=', 'lte'],
  ['matches', 'regex'],
  ['pattern', 'regex'],
  ['like', 'glob'],
  ['lessthan', 'lt'],
  ['less_than', 'lt'],
  ['max', 'lte'],
  ['greaterthan', 'gt'],
  ['greater_than', 'gt'],
  ['min', 'gte'],
  ['nin', 'not_in'],
]);
