import { describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { documentSchema } from '../../src/policy/document-schema.js';
import { policyJsonSchema } from '../../src/policy/json-schema.js';

interface Schema {
  readonly properties?: Record<string, Schema>;
  readonly description?: string;
  readonly items?: Schema;
  readonly additionalProperties?: unknown;
}

/** Every key of a schema that says nothing of itself, with its path. */
function silentKeys(schema: Schema, path = ''): string[] {
  const own = Object.entries(schema.properties ?? {}).flatMap(([key, value]) => [
    ...(value.description === undefined ? [`${path}.${key}`] : []),
    ...silentKeys(value, `${path}.${key}`),
  ]);
  return [...own, ...(schema.items === undefined ? [] : silentKeys(schema.items, `${path}[]`))];
}

describe('the JSON Schema of documents', () => {
  const schema = policyJsonSchema() as Schema;

  test('says what every key means, in both spellings, and knows no others', () => {
    expect(silentKeys(schema)).toEqual([]);
    const { rules } = schema.properties!;
    expect(Object.keys(rules!.items!.properties!)).toEqual(
      expect.arrayContaining(['action', 'approval', 'risk_level']),
    );
    expect(schema.additionalProperties).toBe(false);
  });

  test.each(['quick-start', 'filesystem', 'database', 'mail', 'browser'])('accepts the document %s', (name) => {
    const text = readFileSync(new URL(`fixtures/reference-${name}.yaml`, import.meta.url), 'utf8');
    expect(documentSchema.safeParse(parse(text)).success).toBe(true);
  });

  test('accepts conditions of every kind, and refuses an operator that is none', () => {
    const document = (when: object) => ({ rules: [{ action: 'allow', when }] });
    const good = { all: [{ 'args.a': { lte: 3 } }, { not: { any: [{ time: { after: '08:00' } }] } }] };
    expect(documentSchema.safeParse(document(good)).success).toBe(true);
    expect(documentSchema.safeParse(document({ 'args.a': { lessthan: 3 } })).success).toBe(false);
  });
});
