import { z } from 'zod';
import { ACTIONS } from '../call/action.js';
import { endpoint } from './endpoint.js';
import { boundedJson, instant, jsonObject, name, prose, revision } from './fields.js';
import { DOORS, EDITORS, READERS } from './role.js';

/** Most rows of one tool table. */
export const MAX_ROWS = 500;

/** Most characters of a tool's schema, and of its annotations, as JSON. */
const MOST_SCHEMA = 256 * 1024;
const MOST_ANNOTATIONS = 16 * 1024;

const params = z.strictObject({ server: name() });
const toolAction = z.enum(ACTIONS);

/** A server. */
export const server = z.object({
  name: z.string(),
  managed: z.boolean().describe('True: what no policy and no row decides meets the global default.'),
  marked: z.boolean().describe('True: somebody said so; otherwise its rows make it managed.'),
  rows: z.int(),
  tools: z.int().describe('Tools that doors reported.'),
  revision: revision.describe('The revision that made its table what it is; 0 where nobody set any.'),
  first_seen: instant,
  last_seen: instant,
});

/** A server. */
export type WireServer = z.infer<typeof server>;

/** Lists servers. */
export const listServers = endpoint({
  id: 'listServers',
  method: 'GET',
  path: '/api/v1/servers',
  summary: 'All servers that doors reported or that somebody set rows of.',
  roles: READERS,
  status: 200,
  reply: z.object({ servers: z.array(server), revision }),
});

/** Marks a server. */
export const markServer = endpoint({
  id: 'markServer',
  method: 'PUT',
  path: '/api/v1/servers/{server}',
  summary: 'Say whether a server is managed. One with rows always is.',
  roles: EDITORS,
  params,
  body: z.strictObject({ managed: z.boolean() }),
  ifMatch: true,
  status: 200,
  reply: server,
  errors: ['conflict'],
  replyHeaders: { ETag: 'Its revision, in quotes: send it as `If-Match`.' },
});

/** What a tool says of itself, as its server lists it. */
export const toolDefinition = z.strictObject({
  name: name(),
  title: prose(1000).optional(),
  description: prose(100_000).optional(),
  input_schema: boundedJson(MOST_SCHEMA).optional(),
  output_schema: boundedJson(MOST_SCHEMA).optional(),
  annotations: boundedJson(MOST_ANNOTATIONS).optional(),
});

/** What a tool says of itself, as its server lists it. */
export type WireToolDefinition = z.infer<typeof toolDefinition>;

/** Reports definitions. */
export const reportDefinitions = endpoint({
  id: 'reportDefinitions',
  method: 'POST',
  path: '/api/v1/servers/{server}/definitions',
  summary: 'Report the tool definitions that a door saw. It never touches the table.',
  roles: DOORS,
  params,
  body: z.strictObject({ definitions: z.array(toolDefinition).max(1000) }),
  status: 200,
  reply: z.object({ new: z.int(), changed: z.int(), unchanged: z.int() }),
  errors: ['conflict'],
});

const fingerprint = z
  .string()
  .regex(/^[0-9a-f]{64}$/)
  .describe('SHA-256 over the definition, in hex.');

/** How a definition stands to the one that was accepted. */
export const toolPin = z.object({
  fingerprint: z.string().nullable(),
  at: instant.nullable(),
  by: z.string().nullable().describe('Who accepted it; null: it is as it was first reported.'),
  waiting: z.boolean().describe('True: what was reported last is another definition.'),
});

/** How a definition stands to the one that was accepted. */
export type WireToolPin = z.infer<typeof toolPin>;

/** One line of the tool table. */
export const toolLine = z.object({
  name: z.string(),
  action: toolAction.nullable().describe('Its own row; null where it has none.'),
  effective: toolAction.nullable().describe('What the table says: row, `*`, global default; null where not managed.'),
  known: z.boolean().describe('False: nobody reported a tool of this name.'),
  title: z.string().nullable(),
  description: z.string().nullable(),
  annotations: jsonObject.nullable(),
  fingerprint: z.string().nullable().describe('SHA-256 over the definition, in hex.'),
  first_seen: instant.nullable(),
  changed_at: instant.nullable().describe('When the definition last changed after it was first seen.'),
  reported_by: z
    .object({ key_id: z.string().nullable(), name: z.string() })
    .nullable()
    .describe('The key that reported the definition as it stands; null where nobody did, or in earlier versions.'),
  pin: toolPin.nullable().describe('What the definition is held against; null where nobody reported one.'),
});

/** The tool table of a server. */
export const toolTable = z.object({
  server: z.string(),
  managed: z.boolean(),
  default: toolAction.nullable().describe("The server's own default, its row `*`; null where it has none."),
  global_default: toolAction,
  tools: z.array(toolLine),
  revision,
});

/** The tool table of a server. */
export type WireToolTable = z.infer<typeof toolTable>;

/** Reads the table. */
export const readTools = endpoint({
  id: 'readTools',
  method: 'GET',
  path: '/api/v1/servers/{server}/tools',
  summary: 'The tools of a server and what the table says of each; its revision is the `ETag`.',
  roles: READERS,
  params,
  status: 200,
  reply: toolTable,
  replyHeaders: { ETag: 'Its revision, in quotes: send it as `If-Match`.' },
});

/** Replaces the table. */
export const replaceTools = endpoint({
  id: 'replaceTools',
  method: 'PUT',
  path: '/api/v1/servers/{server}/tools',
  summary: 'Replace all rows of a server at once. A server or tool that nobody reported yet may have rows, too.',
  roles: EDITORS,
  params,
  body: z.strictObject({
    tools: z
      .array(z.strictObject({ name: name().describe('A tool; `*` is the default of the server.'), action: toolAction }))
      .max(MAX_ROWS)
      .describe('Tools that are not listed have no row.'),
  }),
  ifMatch: true,
  status: 200,
  reply: toolTable,
  errors: ['conflict'],
  replyHeaders: { ETag: 'Its revision, in quotes: send it as `If-Match`.' },
});

/** A definition as it was accepted or reported. */
const seenDefinition = z.object({
  definition: toolDefinition,
  fingerprint: z.string(),
  at: instant.nullable(),
  by: z
    .string()
    .nullable()
    .describe('Who accepted it, or the name of the key that reported it; null where nobody did.'),
});

/** The pins of a server. */
export const serverPins = z.object({
  server: z.string(),
  tools: z.array(
    z.object({
      name: z.string(),
      waiting: z.boolean().describe('True: what was reported last is not what was accepted.'),
      accepted: seenDefinition.nullable(),
      reported: seenDefinition,
    }),
  ),
});

/** The pins of a server. */
export type WireServerPins = z.infer<typeof serverPins>;

/** Reads pins. */
export const readServerPins = endpoint({
  id: 'readServerPins',
  method: 'GET',
  path: '/api/v1/servers/{server}/pins',
  summary: 'The definitions of a server as they were accepted and as they were reported last, for a comparison.',
  roles: READERS,
  params,
  status: 200,
  reply: serverPins,
});

/** Accepts definitions. */
export const acceptServerPins = endpoint({
  id: 'acceptServerPins',
  method: 'POST',
  path: '/api/v1/servers/{server}/pins',
  summary: 'Accept definitions as they were reported. Doors that pin take them with the next snapshot.',
  roles: EDITORS,
  params,
  body: z.strictObject({
    accept: z
      .array(z.strictObject({ name: name(), fingerprint }))
      .min(1)
      .max(MAX_ROWS)
      .describe('What was looked at: where one has another fingerprint by now, nothing is accepted.'),
  }),
  status: 200,
  reply: serverPins,
  errors: ['conflict'],
});

/** What is decided on a managed server where no policy matches and neither the tool nor the server has a row. */
const globalDefault = z.object({ action: toolAction, revision });

/** Reads the global default. */
export const readGlobalDefault = endpoint({
  id: 'readGlobalDefault',
  method: 'GET',
  path: '/api/v1/global-default',
  summary:
    'What is decided on managed servers where no policy matches and no row: `review`, unless somebody changed it.',
  roles: READERS,
  status: 200,
  reply: globalDefault,
});

/** Sets the global default. */
export const setGlobalDefault = endpoint({
  id: 'setGlobalDefault',
  method: 'PUT',
  path: '/api/v1/global-default',
  summary: 'Set what is decided on managed servers where no policy matches and no row.',
  roles: EDITORS,
  body: z.strictObject({ action: toolAction }),
  status: 200,
  reply: globalDefault,
});

/** All endpoints of servers. */
export const SERVER_ENDPOINTS = [
  listServers,
  markServer,
  reportDefinitions,
  readTools,
  replaceTools,
  readServerPins,
  acceptServerPins,
  readGlobalDefault,
  setGlobalDefault,
] as const;
