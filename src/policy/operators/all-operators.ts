import { COMPARISON_OPERATORS } from './comparison.js';
import { EQUALITY_OPERATORS } from './equality.js';
import { LENGTH_OPERATOR } from './length.js';
import { NETWORK_OPERATORS } from './network.js';
import type { Operator } from './operator.js';
import { REGEX_OPERATOR } from './regex.js';
import { SHAPE_OPERATORS } from './shape.js';
import { TEXT_OPERATORS } from './text.js';
import { WITHIN_PATH_OPERATOR } from './within-path.js';

/** Every operator of `when`. The reference page, the JSON Schema and the hints of errors are made from this table. */
export const OPERATORS: readonly Operator[] = Object.freeze([
  ...EQUALITY_OPERATORS,
  ...COMPARISON_OPERATORS,
  ...SHAPE_OPERATORS,
  LENGTH_OPERATOR,
  ...TEXT_OPERATORS,
  REGEX_OPERATOR,
  WITHIN_PATH_OPERATOR,
  ...NETWORK_OPERATORS,
]);

const BY_NAME: ReadonlyMap<string, Operator> = new Map(OPERATORS.map((operator) => [operator.name, operator]));

/** The names of all operators, in the table's order. */
export const OPERATOR_NAMES: readonly string[] = OPERATORS.map(({ name }) => name);

/** Looks an operator up by its name. */
export function operatorNamed(name: string): Operator | undefined {
  return BY_NAME.get(name);
}
