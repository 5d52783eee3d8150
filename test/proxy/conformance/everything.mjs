#!/usr/bin/env node
// A server that has what the server scenarios of the MCP conformance suite ask for, over streamable HTTP with sessions:
// `node test/proxy/conformance/everything.mjs`. It writes its address, and on SIGTERM how many calls reached it.
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import process from 'node:process';
import { setTimeout as wait } from 'node:timers/promises';
import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import * as types from '@modelcontextprotocol/sdk/types.js';

/** The smallest picture and the shortest sound. */
const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
const WAV = 'UklGRiQAAABXQVZFZm10IBAAAAABAAEAQB8AAEAfAAABAAgAZGF0YQAAAAA=';
const image = { type: 'image', data: PNG, mimeType: 'image/png' };
const text = (said) => ({ type: 'text', text: said });
const embedded = (uri) => ({
  type: 'resource',
  resource: { uri, mimeType: 'text/plain', text: 'An embedded resource.' },
});

const choices = (values) => values.map((value) => ({ const: value, title: `The ${value}` }));
const VALUES = ['value1', 'value2', 'value3'];
const OPTIONS = ['option1', 'option2', 'option3'];
const DEFAULTS = {
  name: { type: 'string', default: 'John Doe' },
  age: { type: 'integer', default: 30 },
  score: { type: 'number', default: 95.5 },
  status: { type: 'string', enum: ['active', 'inactive', 'pending'], default: 'active' },
  verified: { type: 'boolean', default: true },
};
const ENUMS = {
  untitledSingle: { type: 'string', enum: OPTIONS },
  titledSingle: { type: 'string', oneOf: choices(VALUES) },
  legacyEnum: { type: 'string', enum: ['opt1', 'opt2', 'opt3'], enumNames: ['One', 'Two', 'Three'] },
  untitledMulti: { type: 'array', items: { type: 'string', enum: OPTIONS } },
  titledMulti: { type: 'array', items: { anyOf: choices(VALUES) } },
};
const DIALECT = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  type: 'object',
  $defs: {
    address: {
      $anchor: 'addressDef',
      type: 'object',
      properties: { street: { type: 'string' }, city: { type: 'string' } },
    },
  },
  properties: {
    name: { type: 'string' },
    address: { $ref: '#/$defs/address' },
    contactMethod: { type: 'string', enum: ['phone', 'email'] },
    phone: { type: 'string' },
    email: { type: 'string' },
  },
  allOf: [{ anyOf: [{ required: ['phone'] }, { required: ['email'] }] }],
  if: { properties: { contactMethod: { const: 'phone' } }, required: ['contactMethod'] },
  then: { required: ['phone'] },
  else: { required: ['email'] },
  additionalProperties: false,
};

const ask = async ({ sendRequest }, message, properties) => {
  const params = { message, requestedSchema: { type: 'object', properties, required: [] } };
  const { action, content } = await sendRequest({ method: 'elicitation/create', params }, types.ElicitResultSchema);
  return [text(`The user chose to ${action}: ${JSON.stringify(content)}`)];
};

/** What each tool gives back; it may take what was given with the call, and say something before. */
const TOOLS = {
  test_simple_text: () => [text('A simple text.')],
  test_image_content: () => [image],
  test_audio_content: () => [{ type: 'audio', data: WAV, mimeType: 'audio/wav' }],
  test_embedded_resource: () => [embedded('test://embedded-resource')],
  test_multiple_content_types: () => [text('Several kinds:'), image, embedded('test://mixed-content-resource')],
  test_error_handling: () => {
    throw new Error('This tool intentionally returns an error for testing');
  },
  async test_tool_with_logging({ sendNotification }) {
    for (const data of ['begun', 'under way', 'done']) {
      await sendNotification({ method: 'notifications/message', params: { level: 'info', data } });
      await wait(20);
    }
    return [text('It was logged.')];
  },
  async test_tool_with_progress({ sendNotification, _meta }) {
    for (const progress of _meta?.progressToken === undefined ? [] : [0, 50, 100]) {
      const params = { progressToken: _meta.progressToken, progress, total: 100 };
      await sendNotification({ method: 'notifications/progress', params });
      await wait(20);
    }
    return [text('It went on.')];
  },
  async test_sampling({ sendRequest }, { prompt = '' }) {
    const params = { messages: [{ role: 'user', content: text(prompt) }], maxTokens: 100 };
    const { content } = await sendRequest(
      { method: 'sampling/createMessage', params },
      types.CreateMessageResultSchema,
    );
    return [text(`The model said: ${content.text}`)];
  },
  test_elicitation: (extra, { message = '' }) =>
    ask(extra, message, { username: { type: 'string' }, email: { type: 'string' } }),
  test_elicitation_sep1034_defaults: (extra) => ask(extra, 'With defaults', DEFAULTS),
  test_elicitation_sep1330_enums: (extra) => ask(extra, 'With choices', ENUMS),
  async test_reconnection({ closeSSEStream }) {
    closeSSEStream?.();
    await wait(100);
    return [text('The client came back.')];
  },
  json_schema_2020_12_tool: (_extra, args) => [text(JSON.stringify(args))],
};

const RESOURCES = {
  'test://static-text': { mimeType: 'text/plain', text: 'A text that stays.' },
  'test://static-binary': { mimeType: 'image/png', blob: PNG },
  'test://watched-resource': { mimeType: 'text/plain', text: 'A text that is watched.' },
};

const PROMPTS = {
  test_simple_prompt: { messages: () => [text('A simple prompt.')] },
  test_prompt_with_arguments: {
    arguments: [
      { name: 'arg1', required: true },
      { name: 'arg2', required: true },
    ],
    messages: ({ arg1, arg2 }) => [text(`A prompt with '${arg1}' and '${arg2}'.`)],
  },
  test_prompt_with_embedded_resource: {
    arguments: [{ name: 'resourceUri', required: true }],
    messages: ({ resourceUri }) => [embedded(resourceUri), text('Look at this.')],
  },
  test_prompt_with_image: { messages: () => [image, text('Look at this.')] },
};

let calls = 0;

function newServer() {
  const capabilities = { tools: {}, logging: {}, completions: {}, prompts: {}, resources: { subscribe: true } };
  const server = new Server({ name: 'conformance', version: '1.0.0' }, { capabilities });
  const serve = (schema, answer) => server.setRequestHandler(schema, answer);
  serve(types.ListToolsRequestSchema, () => ({
    tools: Object.keys(TOOLS).map((name) => ({
      name,
      description: `The tool ${name} of the conformance suite`,
      inputSchema: name === 'json_schema_2020_12_tool' ? DIALECT : { type: 'object' },
    })),
  }));
  serve(types.CallToolRequestSchema, async ({ params: { name, arguments: args = {} } }, extra) => {
    calls++;
    if (!Object.hasOwn(TOOLS, name)) throw new types.McpError(types.ErrorCode.InvalidParams, 'There is no such tool.');
    try {
      return { content: await TOOLS[name](extra, args) };
    } catch ({ message }) {
      return { content: [text(message)], isError: true };
    }
  });
  serve(types.ListResourcesRequestSchema, () => ({
    resources: Object.entries(RESOURCES).map(([uri, { mimeType }]) => ({ uri, name: uri, mimeType })),
  }));
  serve(types.ListResourceTemplatesRequestSchema, () => ({
    resourceTemplates: [{ uriTemplate: 'test://template/{id}/data', name: 'template', mimeType: 'application/json' }],
  }));
  serve(types.ReadResourceRequestSchema, ({ params: { uri } }) => {
    const id = /^test:\/\/template\/([^/]+)\/data$/.exec(uri)?.[1];
    if (id !== undefined) return { contents: [{ uri, mimeType: 'application/json', text: JSON.stringify({ id }) }] };
    if (Object.hasOwn(RESOURCES, uri)) return { contents: [{ uri, ...RESOURCES[uri] }] };
    throw new types.McpError(-32002, 'There is no such resource.');
  });
  for (const schema of [types.SubscribeRequestSchema, types.UnsubscribeRequestSchema, types.SetLevelRequestSchema]) {
    serve(schema, () => ({}));
  }
  serve(types.ListPromptsRequestSchema, () => ({
    prompts: Object.entries(PROMPTS).map(([name, prompt]) => ({
      name,
      description: name,
      arguments: prompt.arguments,
    })),
  }));
  serve(types.GetPromptRequestSchema, ({ params: { name, arguments: args = {} } }) => {
    if (!Object.hasOwn(PROMPTS, name))
      throw new types.McpError(types.ErrorCode.InvalidParams, 'There is no such prompt.');
    return { messages: PROMPTS[name].messages(args).map((content) => ({ role: 'user', content })) };
  });
  serve(types.CompleteRequestSchema, () => ({ completion: { values: [], total: 0, hasMore: false } }));
  return server;
}

/** Keeps the events of one session, for clients that come back. */
function newEventStore() {
  const events = [];
  return {
    storeEvent: async (stream, message) => `${stream}_${events.push({ stream, message })}`,
    async replayEventsAfter(lastEventId, { send }) {
      const at = Number(lastEventId.slice(lastEventId.lastIndexOf('_') + 1));
      const { stream } = events[at - 1];
      for (const [after, event] of events.entries()) {
        if (after >= at && event.stream === stream) await send(`${stream}_${after + 1}`, event.message);
      }
      return stream;
    },
  };
}

const sessions = new Map();

async function answer(request, response) {
  const local = /^(?:127\.0\.0\.1|localhost|\[::1\])(?::\d+)?$/;
  const { host = '', origin, 'mcp-session-id': id } = request.headers;
  if (!local.test(host) || (origin !== undefined && !local.test(origin.replace(/^https?:\/\//, '')))) {
    response.writeHead(403).end();
    return;
  }
  let transport = sessions.get(id);
  if (transport === undefined && id !== undefined) {
    response.writeHead(404).end();
    return;
  }
  if (transport === undefined) {
    transport = new StreamableHTTPServerTransport({
      sessionIdGenerator: randomUUID,
      eventStore: newEventStore(),
      retryInterval: 100,
      onsessioninitialized: (begun) => void sessions.set(begun, transport),
      onsessionclosed: (ended) => void sessions.delete(ended),
    });
    await newServer().connect(transport);
  }
  await transport.handleRequest(request, response);
}

const http = createServer((request, response) => {
  answer(request, response).catch(() => response.destroy());
});
http.listen(Number(process.env.PORT ?? 0), '127.0.0.1', () => {
  process.stdout.write(`http://127.0.0.1:${http.address().port}/mcp\n`);
});
process.on('SIGTERM', () => {
  process.stdout.write(`calls: ${calls}\n`, () => process.exit(0));
});
