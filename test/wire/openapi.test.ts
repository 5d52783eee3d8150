import { describe, expect, test } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { JsonObject } from '../../src/call/json.js';
import { ENDPOINTS } from '../../src/wire/endpoints.js';
import { WIRE_ERRORS } from '../../src/wire/error.js';
import { toOpenApi } from '../../src/wire/openapi.js';

interface Operation {
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly security: readonly object[];
  readonly parameters: readonly { readonly name: string; readonly in: string; readonly schema: object }[];
  readonly requestBody?: { readonly content: Record<string, { readonly schema: object }> };
  readonly responses: Record<
    string,
    { readonly description: string; readonly content?: Record<string, { schema: object }> }
  >;
}

const document = toOpenApi('1.2.3') as unknown as {
  readonly paths: Record<string, Record<string, Operation>>;
  readonly tags: readonly { name: string }[];
  readonly components: { readonly schemas: Record<string, JsonObject> };
};
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ name: `${method.toUpperCase()} ${path}`, path, operation })),
);

describe('the OpenAPI document', () => {
  test('has every endpoint, each under a name of its own', () => {
    expect(operations.map(({ name }) => name).sort()).toEqual(ENDPOINTS.map((e) => `${e.method} ${e.path}`).sort());
    const ids = operations.map(({ operation }) => operation.operationId);
    expect(new Set(ids).size).toBe(ENDPOINTS.length);
    expect(ids.filter((id) => !/^[a-z][A-Za-z]+$/.test(id))).toEqual([]);
  });

  test('declares the parameters of every path, and says who may ask and with what', () => {
    for (const { path, operation } of operations) {
      const declared = operation.parameters.filter((each) => each.in === 'path').map(({ name }) => name);
      expect(declared).toEqual([...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name));
      expect(document.tags.map(({ name }) => name)).toContain(operation.tags[0]);
      const endpoint = ENDPOINTS.find(({ id }) => id === operation.operationId)!;
      expect(operation.security).toHaveLength(endpoint.roles === 'public' ? 0 : 3);
    }
  });

  test('has schemas that JSON Schema 2020-12 understands, and no reference that leads nowhere', () => {
    const ajv = new Ajv2020({ strict: false, validateFormats: false });
    ajv.addSchema({ $id: 'https://example/openapi', ...document });
    const bodies = operations.flatMap(({ operation }) => [
      ...Object.values(operation.requestBody?.content ?? {}),
      ...Object.values(operation.responses).flatMap(({ content }) => Object.values(content ?? {})),
    ]);
    for (const { schema } of bodies) {
      const text = JSON.stringify(schema).replaceAll('"#/', '"https://example/openapi#/');
      expect(() => ajv.compile(JSON.parse(text) as object)).not.toThrow();
    }
    for (const name of Object.keys(document.components.schemas)) {
      expect(() => ajv.compile({ $ref: `https://example/openapi#/components/schemas/${name}` })).not.toThrow();
    }
  });

  test('names every error code that there is, under its status', () => {
    const named = operations.flatMap(({ operation }) =>
      Object.entries(operation.responses)
        .filter(([status]) => Number(status) >= 400)
        .flatMap(([status, { description }]) => description.split(', ').map((code) => `${status} ${code}`)),
    );
    const known = Object.entries(WIRE_ERRORS).map(([code, { status }]) => `${status} ${code}`);
    expect([...new Set(named)].sort()).toEqual(known.sort());
  });
});
