import { z } from 'zod';
import { isJsonObject, type JsonObject } from '../call/json.js';
import type { Endpoint } from './endpoint.js';
import { TOPICS } from './endpoints.js';
import { WIRE_ERRORS, type WireErrorCode } from './error.js';
import { SHAPES } from './shapes.js';

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
    info: {
      title: 'mcp-governance controlplane',
      version,
      description:
        'JSON over HTTP. Bodies over 1 MiB, unknown fields, and objects with two members of one name are refused.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/' }],
    tags: Object.keys(TOPICS).map((name) => ({ name })),
    components: {
      securitySchemes: {
        key: { type: 'apiKey', in: 'header', name: 'X-Wax-Key' },
        bearer: { type: 'http', scheme: 'bearer' },
        session: { type: 'apiKey', in: 'cookie', name: 'mcp_governance_session' },
      },
      schemas: Object.fromEntries(
        Object.entries(SHAPES).map(([name, schema]) => [name, named(toJsonSchema(schema), name)]),
      ),
    },
    paths,
  };
}

/** The JSON Schema of what a schema takes. */
export function toJsonSchema(schema: z.ZodType): JsonObject {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, {
    unrepresentable: 'any',
    io: 'input',
    reused: 'inline',
    override: ({ jsonSchema }) => {
      // What the format says in a word, zod says once more in a pattern of many lines.
      if (jsonSchema.format !== undefined) delete jsonSchema.pattern;
    },
  });
  return rest;
}

const NAMES: ReadonlyMap<string, string> = new Map(
  Object.entries(SHAPES).map(([name, schema]) => [JSON.stringify(toJsonSchema(schema)), name]),
);

/** The schema with a reference in place of every shape that has a name, but for the one that is written out itself. */
function named(schema: JsonObject, own?: string): JsonObject {
  const { description, ...shape } = schema;
  const name = NAMES.get(JSON.stringify(shape));
  if (name !== undefined && name !== own) {
    return { $ref: `#/components/schemas/${name}`, ...(description === undefined ? {} : { description }) };
  }
  const within = (value: JsonObject[string]): JsonObject[string] => {
    if (Array.isArray(value)) return value.map(within);
    return isJsonObject(value) ? named(value) : value;
  };
  return Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, within(value)]));
}

/** The errors that an endpoint can answer with, by what it is. */
export function errorsOf(each: Endpoint): readonly WireErrorCode[] {
  return [
    ...COMMON,
    ...(each.roles === 'public' ? [] : (['unauthorized', 'forbidden', 'too_many_attempts'] as const)),
    ...(each.roles === 'public' || each.method === 'GET' ? [] : (['csrf'] as const)),
    ...(each.params === undefined ? [] : (['not_found'] as const)),
    ...(each.body === undefined ? [] : (['body_too_large', 'unsupported_media_type'] as const)),
    ...(each.ifMatch === true ? (['revision_mismatch'] as const) : []),
    ...((each.errors ?? []) as readonly WireErrorCode[]),
  ];
}

function operationOf(each: Endpoint, topic: string): JsonObject {
  const { body, reply, mediaType = 'application/json' } = each;
  const content = reply && { [mediaType]: { schema: named(toJsonSchema(reply)) } };
  return {
    operationId: each.id,
    tags: [topic],
    summary: each.summary,
    ...(each.roles === 'public' ? { security: [] } : { security: [{ key: [] }, { bearer: [] }, { session: [] }] }),
    ...(each.roles === 'public' ? {} : { 'x-roles': each.roles }),
    parameters: [...parametersOf(each.params, 'path'), ...parametersOf(each.query, 'query'), ...headersOf(each)],
    ...(body === undefined
      ? {}
      : { requestBody: { required: true, content: { 'application/json': { schema: named(toJsonSchema(body)) } } } }),
    responses: {
      [each.status]: {
        description: 'Success',
        ...(each.replyHeaders === undefined ? {} : { headers: toHeaders(each.replyHeaders) }),
        ...(content === undefined ? {} : { content }),
      },
      ...(each.alsoStatus === undefined ? {} : { [each.alsoStatus[0]]: { description: each.alsoStatus[1] } }),
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

function headersOf(each: Endpoint): readonly JsonObject[] {
  const { ifMatch, headers = {}, method, roles } = each;
  const all: Readonly<Record<string, string>> = {
    ...headers,
    ...(ifMatch === true ? { 'If-Match': 'The revision you read; 412 where it was changed since.' } : {}),
    ...(method === 'GET' || roles === 'public' ? {} : { 'X-CSRF-Token': 'With a session: the token of the session.' }),
  };
  const schema = { type: 'string' };
  return Object.entries(all).map(([name, description]) => ({
    name,
    in: 'header',
    required: false,
    description,
    schema,
  }));
}

function toHeaders(headers: Readonly<Record<string, string>>): JsonObject {
  const schema = { type: 'string' };
  return Object.fromEntries(Object.entries(headers).map(([name, description]) => [name, { description, schema }]));
}
