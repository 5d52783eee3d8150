import { checkValue, readFields } from '../loading/read-fields.js';
import { type Place, placeAt } from '../loading/place.js';
import type { Problems } from '../loading/problems.js';
import { isJsonObject } from '../../call/json.js';
import { OPERATOR_NAMES, operatorNamed } from '../operators/all-operators.js';
import type { Operator } from '../operators/operator.js';
import { conditionsSchema, timeSchema } from '../when-schema.js';
import { AllOf, AnyOf, Not } from './compound.js';
import type { Condition } from './condition.js';
import { compileTime } from './compile-time.js';
import { ValueCondition, type ValueTest } from './value-condition.js';
import { parsePath } from './value-path.js';

const EXAMPLE = '{ args.limit: { lte: 100 } }';

/** Compiles `when`; undefined where it cannot be, with the reasons among the problems. */
export function compileWhen(when: unknown, place: Place, problems: Problems): Condition | undefined {
  if (!isJsonObject(when)) {
    problems.add(place, `${when === null ? 'has no value: it ' : ''}must be a mapping such as ${EXAMPLE}`);
    return undefined;
  }
  const entries = Object.entries(when);
  if (entries.length === 0)
    problems.add(place, `must not be empty: write a condition such as ${EXAMPLE}, or leave it out`);
  const parts = entries.map(([key, value]) => compileEntry(key, value, placeAt(place, key), problems));
  return combine(parts, (all) => new AllOf(all));
}

function compileEntry(key: string, value: unknown, place: Place, problems: Problems): Condition | undefined {
  switch (key) {
    case 'all':
      return compileList(value, place, problems, (parts) => new AllOf(parts));
    case 'any':
      return compileList(value, place, problems, (parts) => new AnyOf(parts));
    case 'not': {
      const part = compileWhen(value, place, problems);
      return part === undefined ? undefined : new Not(part);
    }
    case 'time': {
      const before = problems.count;
      const time = readFields(value, timeSchema.shape, place, problems);
      return time === undefined || problems.count > before ? undefined : compileTime(time, place, problems);
    }
    default:
      return compilePath(key, value, place, problems);
  }
}

function compileList(
  list: unknown,
  place: Place,
  problems: Problems,
  make: (parts: readonly Condition[]) => Condition,
): Condition | undefined {
  if (!Array.isArray(list)) {
    problems.add(place, `must be a list of conditions such as [${EXAMPLE}]`);
    return undefined;
  }
  if (list.length === 0) problems.add(place, 'must not be an empty list');
  return combine(
    list.map((item, index) => compileWhen(item, placeAt(place, index), problems)),
    make,
  );
}

/** One condition out of several; undefined where one of them could not be compiled. */
function combine(
  parts: readonly (Condition | undefined)[],
  make: (parts: readonly Condition[]) => Condition,
): Condition | undefined {
  if (!isWhole(parts)) return undefined;
  return parts.length === 1 ? parts[0] : make(parts);
}

function isWhole<T>(parts: readonly (T | undefined)[]): parts is readonly T[] {
  return !parts.includes(undefined);
}

function compilePath(text: string, operators: unknown, place: Place, problems: Problems): Condition | undefined {
  const path = parsePath(text);
  if (typeof path === 'string') {
    problems.add(place, misplaced(text) ?? path, 'key');
    return undefined;
  }
  if (!isJsonObject(operators)) {
    const example = Array.isArray(operators) ? `{ in: ${shown(operators)} }` : `{ eq: ${shown(operators)} }`;
    problems.add(place, `must be a mapping of operators. Write ${example}`);
    return undefined;
  }
  const entries = Object.entries(operators);
  if (entries.length === 0) problems.add(place, 'must name an operator such as { exists: true }');
  const tests = entries.map(([name, operand]) => compileTest(text, name, operand, place, problems));
  return isWhole(tests) ? new ValueCondition(text, path, tests) : undefined;
}

function compileTest(
  path: string,
  name: string,
  operand: unknown,
  parent: Place,
  problems: Problems,
): ValueTest | undefined {
  const operator = operatorNamed(name);
  if (operator !== undefined) return compileOperand(operator, operand, placeAt(parent, name), problems);
  const hint = path === 'args' ? `For the argument write 'args.${name}' as a path.` : undefined;
  problems.addUnknownOperator(parent, name, OPERATOR_NAMES, hint);
  return undefined;
}

/** Compiles one operator with the operand that stands at a place. */
export function compileOperand(
  operator: Operator,
  operand: unknown,
  place: Place,
  problems: Problems,
): ValueTest | undefined {
  const checked = operator.schema.safeParse(operand);
  if (!checked.success) {
    checkValue(operand, checked.error, place, problems);
    return undefined;
  }
  const test = operator.compile(operand);
  if (typeof test === 'string') {
    problems.add(place, test);
    return undefined;
  }
  return { name: operator.name, operand, test, readsMissing: operator.readsMissing === true };
}

/** What to say of a word that belongs in another place. */
function misplaced(word: string): string | undefined {
  if (operatorNamed(word) !== undefined) {
    return `'${word}' is an operator and stands behind a path: args.name: { ${word}: ... }`;
  }
  if (Object.hasOwn(conditionsSchema.shape, word))
    return `'${word}' belongs in 'conditions'; 'when' has paths and operators`;
  return undefined;
}

function shown(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > 60 ? '...' : text;
}

/** The members of `conditions` by argument, as paths: `{ sql: ... }` is the argument of that very name. */
export function argumentPath(name: string): string {
  return /^[^.[\]"'\s]+$/.test(name) ? `args.${name}` : `args[${JSON.stringify(name)}]`;
}
