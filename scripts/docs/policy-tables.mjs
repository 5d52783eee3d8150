// The tables of docs/reference/policy.md, read from the published JSON Schema and from the table of operators.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const code = (value) => `\`${value}\``;

/** Where each part of a document stands in its JSON Schema. */
const PARTS = {
  document: [],
  defaults: ['defaults'],
  rule: ['rules', '[]'],
  match: ['rules', '[]', 'match'],
  when: ['rules', '[]', 'when'],
  time: ['rules', '[]', 'when', 'time'],
  conditions: ['rules', '[]', 'conditions'],
  settings: ['settings', '{}', '{}'],
  limits: ['settings', '{}', '{}', 'rate_limit'],
  test: ['tests', '[]'],
  call: ['tests', '[]', 'call'],
};

/** The keys of one part: name, type in words, meaning. */
export async function policyKeys(dist, part) {
  if (!Object.hasOwn(PARTS, part ?? '')) throw new Error(`name a part: ${Object.keys(PARTS).join(', ')}`);
  const { policyJsonSchema } = await import(pathToFileURL(join(dist, 'policy/json-schema.js')).href);
  const whole = policyJsonSchema();
  const schema = PARTS[part].reduce((from, step) => resolve(whole, stepInto(from, step)), whole);
  return Object.entries(schema.properties).map(([name, property]) => {
    const { description = '', ...rest } = property;
    return { name, type: inWords(whole, rest), meaning: description || resolve(whole, property).description };
  });
}

function stepInto(schema, step) {
  const next = step === '[]' ? schema.items : step === '{}' ? schema.additionalProperties : schema.properties?.[step];
  if (next === undefined) throw new Error(`the JSON Schema has no ${step} there`);
  return next;
}

function resolve(whole, schema) {
  if (schema.$ref === undefined) return schema;
  const steps = schema.$ref.replace(/^#\/?/, '').split('/').filter(Boolean);
  return {
    ...resolve(
      whole,
      steps.reduce((from, step) => from[step], whole),
    ),
    ...schema,
    $ref: undefined,
  };
}

const BY_TYPE = {
  string: 'text',
  boolean: '`true` or `false`',
  integer: 'whole number',
  number: 'number',
  object: 'mapping',
  null: '`null`',
};

function inWords(whole, written) {
  const schema = resolve(whole, written);
  if (schema.const !== undefined) return code(JSON.stringify(schema.const));
  if (schema.enum !== undefined) return schema.enum.map(code).join(', ');
  if (schema.anyOf !== undefined) return [...new Set(schema.anyOf.map((each) => inWords(whole, each)))].join(' or ');
  if (schema.type === 'array')
    return `list of ${inWords(whole, schema.items).replace(/^(text|mapping|whole number)$/, '$1s')}`;
  return BY_TYPE[schema.type] ?? 'anything';
}

/** The operators, with what each says of a value that is missing or that it cannot read. */
export async function policyOperators(dist) {
  const { OPERATORS } = await import(pathToFileURL(join(dist, 'policy/operators/all-operators.js')).href);
  return OPERATORS.map((operator) => ({
    ...operator,
    example: `${operator.name}: ${JSON.stringify(operator.example)}`,
    missing: operator.readsMissing === true ? 'That is what it asks for.' : 'false',
  }));
}
