import { z } from 'zod';
import type { JsonObject } from '../call/json.js';
import type { Endpoint } from './endpoint.js';
import { TOPICS } from './endpoints.js';
import { errorBody, WIRE_ERRORS, type WireErrorCode } from './error.js';

/** Errors that any request can meet: key, then role, then form, then the service itself. */
const COMMON: readonly WireErrorCode[] = ['invalid_request', 'internal_error', 'unavailable'];

/** The OpenAPI 3.1 document of the wire, made from its schemas. */
export function toOpenApi(version: string): JsonObject {
  const paths: Record<string, JsonObject> = {};
  for (const [topic, endpoints] of Object.entries(TOPICS)) {
    for (const each of endpoints) {
      (paths[each.path] ??= {})[each.method.toLowerCase()] = operationOf(each, topic);
    }
  }
  return {
    openapi: '3.1.0',
    info: { title: 'mcp-governance controlplane', version },
    components: {
      securitySchemes: {
        key: { type: 'apiKey', in: 'header', name: 'X-Wax-Key' },
        bearer: { type: 'http', scheme: 'bearer' },
        session: { type: 'apiKey', in: 'cookie', name: 'mcp_governance_session' },
      },
      schemas: { Error: toJsonSchema(errorBody) },
    },
    paths,
  };
}

/** The JSON Schema of what a schema takes. */
export function toJsonSchema(schema: z.ZodType): JsonObject {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { unrepresentable: 'any', io: 'input', reused: 'inline' });
  return rest;
}

/** The errors that an endpoint can answer with, by what it is. */
export function errorsOf(each: Endpoint): readonly WireErrorCode[] {
  return [
    ...COMMON,
    ...(each.roles === 'public' ? [] : (['unauthorized', 'forbidden'] as const)),
    ...(each.roles === 'public' || each.method === 'GET' ? [] : (['csrf'] as const)),
    ...(each.params === undefined ? [] : (['not_found'] as const)),
    ...(each.body === undefined ? [] : (['body_too_large', 'unsupported_media_type'] as const)),
    ...(each.ifMatch === true ? (['revision_mismatch'] as const) : []),
    ...((each.errors ?? []) as readonly WireErrorCode[]),
  ];
}

function operationOf(each: Endpoint, topic: string): JsonObject {
  const { body, reply, mediaType = 'application/json' } = each;
  const content = reply && { [mediaType]: { schema: toJsonSchema(reply) } };
  return {
    tags: [topic],
    summary: each.summary,
    ...(each.roles === 'public' ? { security: [] } : { security: [{ key: [] }, { bearer: [] }, { session: [] }] }),
    ...(each.roles === 'public' ? {} : { 'x-roles': each.roles }),
    parameters: [...parametersOf(each.params, 'path'), ...parametersOf(each.query, 'query'), ...ifMatchOf(each)],
    ...(body === undefined
      ? {}
      : { requestBody: { required: true, content: { 'application/json': { schema: toJsonSchema(body) } } } }),
    responses: {
      [each.status]: { description: 'Success', ...(content === undefined ? {} : { content }) },
      ...errorResponses(each),
    },
  };
}

function errorResponses(each: Endpoint): JsonObject {
  const byStatus = new Map<number, WireErrorCode[]>();
  for (const code of errorsOf(each)) {
    const { status } = WIRE_ERRORS[code];
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  const schema = { $ref: '#/components/schemas/Error' };
  return Object.fromEntries(
    [...byStatus].map(([status, codes]) => [
      status,
      { description: [...new Set(codes)].join(', '), content: { 'application/json': { schema } } },
    ]),
  );
}

function parametersOf(schema: z.ZodObject | undefined, place: 'path' | 'query'): readonly JsonObject[] {
  if (schema === undefined) return [];
  const { properties = {}, required = [] } = toJsonSchema(schema) as {
    properties?: Record<string, JsonObject>;
    required?: readonly string[];
  };
  return Object.entries(properties).map(([name, { description, ...rest }]) => ({
    name,
    in: place,
    required: required.includes(name),
    ...(description === undefined ? {} : { description }),
    schema: rest,
  }));
}

function ifMatchOf({ ifMatch }: Endpoint): readonly JsonObject[] {
  if (ifMatch !== true) return [];
  const description = 'The revision you read; 412 where it was changed since.';
  return [{ name: 'If-Match', in: 'header', required: false, description, schema: { type: 'string' } }];
}
