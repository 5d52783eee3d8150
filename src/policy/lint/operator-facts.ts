import type { Action } from '../../call/action.js';
import { isJsonObject } from '../../call/json.js';
import { EACH, parsePath } from '../conditions/value-path.js';
import type { WhenDocument } from '../document.js';
import { operatorNamed } from '../operators/all-operators.js';
import { type Atom, atomsIn } from '../tools/atoms.js';
import { FALSE, type Truth, TRUE, UNKNOWN } from '../truth.js';

/** The types of JSON values; an integer is a number here. */
export type Kind = 'string' | 'number' | 'boolean' | 'object' | 'array' | 'null';

const ALL_KINDS: readonly Kind[] = ['string', 'number', 'boolean', 'object', 'array', 'null'];
const OF_TEXT = new Set(['starts_with', 'ends_with', 'glob', 'regex', 'within_path', 'host_in', 'cidr_in']);
/** Operators that can be evaluated for any value. */
const CERTAIN = new Set(['eq', 'ne', 'in', 'not_in', 'exists', 'type']);
const RESERVED = new Set(['all', 'any', 'not', 'time']);

/** How true a condition has to be for a rule to apply: what cannot be evaluated is enough for review and block. */
export function leastTruthOf(action: Action): Truth {
  return action === 'review' || action === 'block' ? UNKNOWN : TRUE;
}

/** The one operator of an entry; undefined for what is more than that. */
export function soleAtom(entry: WhenDocument): Atom | undefined {
  const [key, ...others] = Object.keys(entry);
  if (key === undefined || others.length > 0 || RESERVED.has(key) || key.includes('[*]')) return undefined;
  const atoms = atomsIn(entry);
  return atoms.length === 1 ? atoms[0] : undefined;
}

/** True where an entry can be evaluated for every call. */
export function isCertain(entry: WhenDocument): boolean {
  return atomsIn(entry).every(isCertainAtom);
}

/** True for an operator that can be evaluated for every value, at a path that can be gone for every call. */
export function isCertainAtom({ operator, path }: Atom): boolean {
  return CERTAIN.has(operator) && isShallow(path);
}

/** True for a path that leads into nothing but what every call has: no value on the way can be of the wrong kind. */
export function isShallow(path: string): boolean {
  const read = parsePath(path);
  return typeof read !== 'string' && read.steps.length <= 1 && read.steps[0] !== EACH;
}

/** What an operator says of a value that is there. */
export function truthAt({ operator, operand }: Atom, value: unknown): Truth {
  const test = operatorNamed(operator)?.compile(operand);
  return typeof test === 'function' ? test(value) : FALSE;
}

/** The only values for which an operator can hold; undefined where there are too many to be named. */
export function onlyValues({ operator, operand }: Atom): readonly unknown[] | undefined {
  if (operator === 'eq') return [operand];
  return operator === 'in' ? (operand as readonly unknown[]) : undefined;
}

/** The types of the values for which an operator can hold. */
export function kindsOf({ operator, operand }: Atom): readonly Kind[] {
  if (OF_TEXT.has(operator)) return ['string'];
  switch (operator) {
    case 'eq':
      return [kindOf(operand)];
    case 'in':
      return (operand as readonly unknown[]).map(kindOf);
    case 'gt':
    case 'gte':
    case 'lt':
    case 'lte':
      return [kindOf(operand)];
    case 'type':
      return [operand].flat().map((name) => (name === 'integer' ? 'number' : (name as Kind)));
    case 'length':
      return ['string', 'array'];
    case 'contains':
    case 'not_contains':
      return typeof operand === 'string' ? ['string', 'array'] : ['array'];
    default:
      return ALL_KINDS;
  }
}

/** The type of a JSON value. */
export function kindOf(value: unknown): Kind {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return isJsonObject(value) ? 'object' : (typeof value as Kind);
}
