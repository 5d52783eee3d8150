import { isJsonObject, type JsonObject } from '../../call/json.js';
import { EACH, type PathStep } from '../conditions/value-path.js';
import { kindOf, type Kind } from './operator-facts.js';

/** What an input schema says of an argument. */
export interface ArgumentTypes {
  /** Undefined: it may be of any type. */
  readonly kinds: readonly Kind[] | undefined;
  /** Undefined: it is not one of a few. */
  readonly values: readonly unknown[] | undefined;
}

/** There cannot be such an argument; these are the ones there are. */
export interface NoArgument {
  readonly known: readonly string[];
}

const ANYTHING: ArgumentTypes = { kinds: undefined, values: undefined };
/** Schemas may refer to themselves. */
const MOST_REFERENCES = 20;

/** Looks up the argument at a path; what is not understood may be anything. */
export function typesAt(schema: JsonObject, steps: readonly PathStep[]): ArgumentTypes | NoArgument {
  let node: unknown = schema;
  for (const step of steps) {
    const at = resolve(node, schema);
    if (at === undefined) return ANYTHING;
    if (typeof step === 'string') {
      const properties = isJsonObject(at['properties']) ? at['properties'] : {};
      if (!Object.hasOwn(properties, step)) return isClosed(at) ? { known: Object.keys(properties) } : ANYTHING;
      node = properties[step];
    } else {
      // `prefixItems` says of each place something else.
      if (at['prefixItems'] !== undefined || (step !== EACH && Array.isArray(at['items']))) return ANYTHING;
      node = at['items'];
    }
  }
  return typesOf(node, schema, 0);
}

function isClosed(node: JsonObject): boolean {
  if (node['additionalProperties'] !== false || node['patternProperties'] !== undefined) return false;
  return !['allOf', 'anyOf', 'oneOf', '$dynamicRef'].some((key) => key in node);
}

function typesOf(node: unknown, schema: JsonObject, depth: number): ArgumentTypes {
  const at = depth > MOST_REFERENCES ? undefined : resolve(node, schema);
  if (at === undefined) return ANYTHING;
  if ('const' in at) return ofValues([at['const']]);
  if (Array.isArray(at['enum'])) return ofValues(at['enum']);
  const choices = at['anyOf'] ?? at['oneOf'];
  if (at['type'] === undefined && Array.isArray(choices)) {
    const kinds = choices.map((choice) => typesOf(choice, schema, depth + 1).kinds);
    return kinds.includes(undefined) ? ANYTHING : { kinds: kinds.flatMap((each) => each ?? []), values: undefined };
  }
  const names = [at['type']].flat();
  if (!names.every((name) => typeof name === 'string')) return ANYTHING;
  return { kinds: names.map((name) => (name === 'integer' ? 'number' : (name as Kind))), values: undefined };
}

function ofValues(values: readonly unknown[]): ArgumentTypes {
  return { kinds: values.map(kindOf), values };
}

/** Follows `$ref` within the schema; undefined for what cannot be followed. */
function resolve(node: unknown, schema: JsonObject): JsonObject | undefined {
  let at = node;
  for (let count = 0; count < MOST_REFERENCES; count++) {
    if (!isJsonObject(at)) return undefined;
    const reference = at['$ref'];
    if (reference === undefined) return at;
    if (typeof reference !== 'string' || !reference.startsWith('#/')) return undefined;
    at = schema;
    for (const part of reference.slice(2).split('/')) {
      const key = part.replaceAll('~1', '/').replaceAll('~0', '~');
      at = isJsonObject(at) && Object.hasOwn(at, key) ? at[key] : undefined;
    }
  }
  return undefined;
}
