// docs/reference/http-api.md, from the OpenAPI document that the service itself answers with.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const INTRODUCTION = `# HTTP API of the controlplane

Generated from the schemas that the service checks requests by; \`GET /openapi.json\` of a service that runs says the same
to programs.

Send a key as \`X-Wax-Key: wax_sk_...\` or \`Authorization: Bearer wax_sk_...\`. Keys are made by
\`mcp-governance controlplane keys create --role agent --name door\`, or by an administrator over this interface, and are
shown once. People log in with a key or a one-time link and get a session cookie; requests of a session that change
something also send \`X-CSRF-Token\`.

\`\`\`sh
curl -X POST http://127.0.0.1:8787/waxell/v1/policies/ \\
  -H "Authorization: Bearer $WAXELL_API_KEY" \\
  -H "Content-Type: application/json" \\
  -d '{
    "workflow_name": "mcp:filesystem:write_file",
    "action": "block",
    "reason": "File writes require approval",
    "category": "scope"
  }'
\`\`\`

A change decides as soon as it is answered, in every process of the service within a second. \`ETag\` is the revision of
what was read; sent back as \`If-Match\`, it keeps two people from overwriting one another: the second gets 412.

Bodies are JSON of at most 1 MiB, nested at most 100 deep. Unknown fields, and two members of one name, are refused.
`;

const cell = (text) => String(text).replace(/\s+/g, ' ').replaceAll('|', '\\|').trim();
const code = (text) => `\`${text}\``;

function table(headings, rows) {
  const line = (cells) => `| ${cells.map(cell).join(' | ')} |`;
  return [line(headings), line(headings.map(() => '---')), ...rows.map(line)].join('\n');
}

/** The whole page. */
export async function httpApi(dist) {
  const load = async (module) => import(pathToFileURL(join(dist, module)).href);
  const { toOpenApi } = await load('wire/openapi.js');
  const { WIRE_ERRORS } = await load('wire/error.js');
  const { ROLES } = await load('wire/role.js');
  const { paths, tags, components } = toOpenApi('');
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })),
  );
  const topics = tags.map(({ name }) => topic(name, operations, ROLES));
  return [INTRODUCTION, errors(WIRE_ERRORS), ...topics, shapes(components.schemas)].join('\n');
}

function errors(table_) {
  const rows = Object.entries(table_).map(([name, { status, meaning }]) => [code(name), status, meaning]);
  return `## Errors

Every error is \`{ error, message, request_id }\`; \`error\` is a stable code, and \`request_id\` stands in the log of the
service. Some have more members, which the table names.

${table(['`error`', 'Status', 'Meaning'], rows)}
`;
}

/** What many answers hold, once. */
function shapes(schemas) {
  const parts = Object.entries(schemas).map(([name, schema]) => `### ${name}\n\n${fieldsTable('Member', schema)}`);
  return `## Shapes\n\n${parts.join('\n')}`;
}

function topic(name, operations, roles) {
  const own = operations.filter(({ operation }) => operation.tags.includes(name));
  return [`## ${name}\n`, ...own.map((each) => section(each, roles))].join('\n');
}

function section({ method, path, operation }, roles) {
  const { summary, requestBody, responses } = operation;
  // Said once, at the top.
  const parameters = operation.parameters.filter((each) => each.name !== 'X-CSRF-Token');
  const [status] = Object.keys(responses).filter((each) => Number(each) < 400);
  const { content, headers = {} } = responses[status];
  const [mediaType] = Object.keys(content ?? {});
  const schema = mediaType === 'application/json' ? content[mediaType].schema : undefined;
  const isNamed = schema?.$ref !== undefined;
  const failures = Object.entries(responses).filter(([each]) => Number(each) >= 400);
  return [
    `### ${method} ${path}\n`,
    `${summary}\n`,
    `For: ${rolesOf(operation, roles)}.\n`,
    parameters.length === 0 ? '' : `${table(['Parameter', 'In', 'Type', 'Meaning'], parameters.map(parameterRow))}\n`,
    fieldsTable('Body', requestBody?.content['application/json'].schema),
    `Answer: ${status}${isNamed ? `, ${typeOf(schema)}` : mediaType === undefined ? '' : `, ${code(mediaType)}`}${headersOf(headers)}.\n`,
    isNamed ? '' : fieldsTable('Answer', schema),
    `Errors: ${failures.map(([each, { description }]) => `${each} ${description}`).join('; ')}.\n`,
  ]
    .filter((part) => part !== '')
    .join('\n');
}

function rolesOf({ 'x-roles': permitted }, roles) {
  if (permitted === undefined) return 'whoever reaches the port';
  return permitted.length === roles.length ? 'every key' : permitted.join(', ');
}

function headersOf(headers) {
  const names = Object.entries(headers).map(([name, { description }]) => `${code(name)}: ${description}`);
  return names.length === 0 ? '' : `; ${names.join(' ').replace(/\.$/, '')}`;
}

function parameterRow({ name, in: place, required, schema, description = '' }) {
  return [code(name), place, `${typeOf(schema)}${required ? ', required' : ''}`, description];
}

function fieldsTable(what, schema) {
  if (schema?.$ref !== undefined) return `${what}: ${typeOf(schema)}.\n`;
  const rows = schema === undefined ? [] : fieldsOf(schema, '');
  return rows.length === 0 ? '' : `${table([what, 'Type', 'Meaning'], rows)}\n`;
}

/** The members of an object, and of objects within it, under their paths. */
function fieldsOf(schema, prefix, isBelow = 0) {
  const { properties, required = [] } = schema;
  if (properties === undefined || isBelow > 3) return [];
  return Object.entries(properties).flatMap(([name, member]) => {
    const path = `${prefix}${name}`;
    const optional = required.includes(name) ? '' : ', optional';
    const row = [code(path), `${typeOf(member)}${optional}`, member.description ?? ''];
    const inner = member.type === 'array' ? member.items : withoutNull(member);
    return [row, ...fieldsOf(inner ?? {}, `${path}${member.type === 'array' ? '[].' : '.'}`, isBelow + 1)];
  });
}

function withoutNull(schema) {
  return schema.anyOf?.find(({ type }) => type !== 'null') ?? schema;
}

function typeOf(schema) {
  if (schema.$ref !== undefined) {
    const name = schema.$ref.split('/').at(-1);
    return `[${name}](#${name.toLowerCase()})`;
  }
  if (schema.anyOf !== undefined) return schema.anyOf.map(typeOf).join(' or ');
  if (schema.const !== undefined) return code(schema.const);
  if (schema.enum !== undefined) return schema.enum.map(code).join(', ');
  if (Array.isArray(schema.type)) return schema.type.join(' or ');
  if (schema.type === 'array') return `list of ${typeOf(schema.items ?? {})}`;
  if (schema.format === 'date-time') return 'time';
  return schema.type ?? 'any';
}
