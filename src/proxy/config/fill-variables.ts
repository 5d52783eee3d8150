import { type JsonObject, setMember } from '../../call/json.js';
import { isPlain } from '../../policy/loading/copy-json.js';
import { type Place, placeAt } from '../../policy/loading/place.js';
import type { Problems } from '../../policy/loading/problems.js';

/** Variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** A value with its variables filled in, and what was filled in for each. */
export interface Filled {
  readonly value: unknown;
  readonly variables: ReadonlyMap<string, string>;
}

/** `$${` stands for `${`; `${NAME}` and `${NAME:-default}` for variables; any other `${` is a mistake. */
const VARIABLE = /\$\$\{|\$\{(?:([A-Za-z_]\w*)(?::-([^}]*))?\})?/g;

/**
 * Puts the values of variables into all texts of a value; keys stay as they are written.
 *
 * A variable that is not set is a problem, unless a default stands behind it, which also counts where it is empty. Values
 * of variables stand in no text about them.
 */
export function fillVariables(value: unknown, env: Environment, problems: Problems): Filled {
  const variables = new Map<string, string>();
  const fill = (each: unknown, place: Place | undefined): unknown => {
    if (typeof each === 'string') return fillText(each, env, place, problems, variables);
    if (Array.isArray(each)) return each.map((item, at) => fill(item, placeAt(place, at)));
    if (!isPlain(each)) return each;
    const filled: JsonObject = {};
    for (const [key, member] of Object.entries(each)) setMember(filled, key, fill(member, placeAt(place, key)));
    return filled;
  };
  return { value: fill(value, undefined), variables };
}

function fillText(
  text: string,
  env: Environment,
  place: Place | undefined,
  problems: Problems,
  variables: Map<string, string>,
): string {
  if (!text.includes('${')) return text;
  return text.replace(VARIABLE, (whole, name: string | undefined, fallback: string | undefined) => {
    if (whole === '$${') return '${';
    if (name === undefined) {
      problems.add(place, 'holds a ${ that begins no ${NAME} or ${NAME:-default}: write $${ for the signs themselves');
      return whole;
    }
    const value = Object.hasOwn(env, name) ? env[name] : undefined;
    if (fallback !== undefined && (value === undefined || value === '')) return fallback;
    if (value === undefined) {
      problems.add(place, `the variable ${name} is not set`);
      return whole;
    }
    variables.set(name, value);
    return value;
  });
}
