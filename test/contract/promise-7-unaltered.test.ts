import { McpError } from '@modelcontextprotocol/sdk/types.js';
import { afterEach, describe, expect, it } from '@jest/globals';
import { UserError } from 'fastmcp';
import type { JsonObject } from '../../src/call/json.js';
import { type Handler, HOSTS, type HostTool, Started, text } from './hosts/all-hosts.js';
import { CLIENTS } from './hosts/clients.js';
import { PROXIED } from './hosts/proxied.js';

const PIXEL = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
const block = (content: object) => () => ({ content: [content] });
const thrown = (error: unknown) => () => {
  throw error;
};

/** Everything a tool can answer with, and none of it anything to redact. */
const SHAPES: readonly [string, Handler][] = [
  ['a text', () => text('plain')],
  ['texts of all alphabets', () => text('žluťoučký 日本語 🙂 \u0000 ')],
  ['nothing at all', () => ({ content: [] })],
  ['an empty text', () => text('')],
  ['an image', block({ type: 'image', data: PIXEL, mimeType: 'image/png' })],
  ['audio', block({ type: 'audio', data: PIXEL, mimeType: 'audio/wav' })],
  [
    'a text resource',
    block({ type: 'resource', resource: { uri: 'file:///a.txt', mimeType: 'text/plain', text: 'a' } }),
  ],
  ['a binary resource', block({ type: 'resource', resource: { uri: 'file:///a.bin', blob: PIXEL } })],
  ['a resource link', block({ type: 'resource_link', uri: 'file:///a.txt', name: 'a.txt', description: 'it' })],
  ['annotations', block({ type: 'text', text: 'a', annotations: { audience: ['user'], priority: 0.5 } })],
  ['several blocks', () => ({ content: [...text('a').content!, ...text('b').content!, { type: 'text', text: 'c' }] })],
  ['an error result', () => ({ ...text('not found'), isError: true })],
  ['isError false', () => ({ ...text('found'), isError: false })],
  [
    'structured content',
    () => ({ ...text('{}'), structuredContent: { a: [1, 2.5, -0, true, null, 'x'], b: { c: {} } } }),
  ],
  ['_meta', () => ({ ...text('a'), _meta: { 'example.com/cost': 3, nested: { list: [1] } } })],
  ['dates', () => ({ ...text('a'), structuredContent: { at: new Date(0) } })],
  ['members that are undefined', () => ({ ...text('a'), structuredContent: { here: 1, gone: undefined } })],
  ['a __proto__ key', () => ({ ...text('a'), structuredContent: JSON.parse('{"__proto__":{"x":1},"y":2}') as object })],
  ['many items', () => ({ ...text('a'), structuredContent: { list: Array.from({ length: 5000 }, (_, at) => at) } })],
  ['an error', thrown(new Error('no such file'))],
  ['a TypeError', thrown(new TypeError('not a number'))],
  ['an McpError with data', thrown(new McpError(-32050, 'try later', { seconds: 3 }))],
  ['a UserError with extras', thrown(new UserError('not found', { id: 7 }))],
  ['a thrown text', thrown('no such file')],
];

describe.each([...HOSTS, ...CLIENTS, ...PROXIED])(
  "promise 7: an allowed call's result is not altered, on $title",
  (host) => {
    const servers = new Started(host);
    afterEach(() => servers.closeAll());

    it.each(SHAPES)('%s', async (_title, handler) => {
      const tools: HostTool[] = [{ name: 'it', handler }];
      const [governed, plain] = [await servers.start({ tools }), await servers.start({ tools, plain: true })];
      const params = { name: 'it', arguments: { q: 1 } };
      const [ours, theirs] = [await governed.raw('tools/call', params), await plain.raw('tools/call', params)];
      expect(onTheWire(ours)).toBe(onTheWire(theirs));
      expect(governed.runs('it')).toEqual([{ q: 1 }]);
      expect(governed.sink.events).toMatchObject([{ policyDecision: 'allow', findings: [] }]);
    });

    it('nor is a list of tools', async () => {
      const tools: HostTool[] = ['a', 'b', 'c'].map((name) => ({ name, handler: () => text('x') }));
      const [governed, plain] = [await servers.start({ tools }), await servers.start({ tools, plain: true })];
      expect(onTheWire(await governed.raw('tools/list', {}))).toBe(onTheWire(await plain.raw('tools/list', {})));
    });

    it('nor are arguments, or their absence', async () => {
      const tools: HostTool[] = [{ name: 'it', handler: () => text('x') }];
      const all: (JsonObject | undefined)[] = [
        undefined,
        {},
        { a: null, b: [null, [], {}], c: '', d: 1e21, e: -1.5, f: true },
        { text: 'žluťoučký 日本語 🙂', constructor: 1, toString: 'x', hasOwnProperty: [] },
      ];
      for (const args of all) {
        const [governed, plain] = [await servers.start({ tools }), await servers.start({ tools, plain: true })];
        for (const server of [governed, plain]) await server.call('it', args);
        expect(governed.runs('it')).toEqual(plain.runs('it'));
      }
    });

    it('but by declared redaction, which leaves the rest as it was', async () => {
      const handler = () => ({
        content: [
          { type: 'text', text: 'SSN 123-45-6789, all else stays' },
          { type: 'resource', resource: { uri: 'file:///a', text: 'mail ann@example.com' } },
        ],
        structuredContent: { ssn: '123-45-6789', number: 4111111111111111, keep: [1, { x: null }] },
        _meta: { mail: 'ann@example.com', keep: true },
      });
      const server = await servers.start({ tools: [{ name: 'it', handler }] });
      expect(await server.call('it')).toEqual({
        content: [
          { type: 'text', text: 'SSN ##SSN##, all else stays' },
          { type: 'resource', resource: { uri: 'file:///a', text: 'mail ##EMAIL##' } },
        ],
        structuredContent: { ssn: '##SSN##', number: 0, keep: [1, { x: null }] },
        _meta: { mail: '##EMAIL##', keep: true },
      });
      expect(server.sink.events[0]?.findings.map((finding) => finding.type).sort()).toEqual([
        'credit_card',
        'email',
        'email',
        'ssn',
        'ssn',
      ]);
    });
  },
);

/** A response as it would be written to a wire, without its id. */
function onTheWire({ result, error }: JsonObject): string {
  return JSON.stringify({ result, error });
}
