import { isJsonObject } from '../../call/json.js';
import { type Place, placeAt } from '../loading/place.js';
import type { Problems } from '../loading/problems.js';
import { readFields } from '../loading/read-fields.js';
import { operatorNamed } from '../operators/all-operators.js';
import { conditionsSchema, PARAM_CONDITIONS } from '../when-schema.js';
import { compileTime } from './compile-time.js';
import { argumentPath, compileOperand } from './compile-when.js';
import { AllOf } from './compound.js';
import type { Condition } from './condition.js';
import { ValueCondition } from './value-condition.js';

const TIME_KEYS = { after: 'time_after', before: 'time_before' };

/** Compiles `conditions`, the reference's words; undefined where they cannot be, with the reasons among the problems. */
export function compileConditions(conditions: unknown, place: Place, problems: Problems): Condition | undefined {
  const before = problems.count;
  const parts: (Condition | undefined)[] = [];
  const readers = Object.fromEntries(
    Object.entries(PARAM_CONDITIONS).map(([key, operator]) => [
      key,
      (value: unknown, at: Place) => parts.push(...compileArguments(operator, value, at, problems)),
    ]),
  );
  const read = readFields(conditions, conditionsSchema.shape, place, problems, { readers, hints: HINTS });
  if (read === undefined) return undefined;
  if (Object.keys(conditions as object).length === 0) problems.add(place, 'must not be empty: leave it out');
  if (['time_after', 'time_before', 'weekdays'].some((key) => key in read)) {
    parts.push(compileTime(read, place, problems, TIME_KEYS));
  }
  return problems.count > before ? undefined : new AllOf(parts.filter((part) => part !== undefined));
}

const HINTS = Object.fromEntries(['all', 'any', 'not', 'time'].map((word) => [word, `'${word}' belongs in 'when'.`]));

function compileArguments(name: string, value: unknown, place: Place, problems: Problems): (Condition | undefined)[] {
  const operator = operatorNamed(name);
  if (operator === undefined || !isJsonObject(value) || Object.keys(value).length === 0) {
    problems.add(place, 'must be a mapping of arguments to values such as { limit: 100 }');
    return [];
  }
  return Object.entries(value).map(([argument, operand]) => {
    const test = compileOperand(operator, operand, placeAt(place, argument), problems);
    return test && new ValueCondition(argumentPath(argument), { root: 'args', steps: [argument] }, [test]);
  });
}
