import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import type { JSONRPCMessage } from '@modelcontextprotocol/sdk/types.js';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import type { PinOptions } from '../../src/config/options.js';
import { acceptPins, waitingPins } from '../../src/pins/accept.js';
import { PinFile } from '../../src/pins/pin-file.js';
import { startProxy } from '../../src/proxy/index.js';
import { MemorySink } from '../../src/testing/index.js';

process.env['MCP_GOVERNANCE_LOG_LEVEL'] = 'silent';

let folder = '';
let file = '';
let said = '';
const ends: (() => Promise<unknown>)[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'proxy-pins-'));
  file = join(folder, 'pins.json');
  said = join(folder, 'said.json');
  writeFileSync(join(folder, 'server.mjs'), SERVER);
});
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
  rmSync(folder, { recursive: true, force: true });
});

/** A server that says what a file says at that moment. */
const SERVER = `
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
for await (const line of createInterface({ input: process.stdin })) {
  const { id, method, params } = JSON.parse(line);
  if (id === undefined) continue;
  const { tools, instructions } = JSON.parse(readFileSync(process.argv[2], 'utf8'));
  const serverInfo = { name: 'files', version: '1' };
  const result = method === 'initialize' ? { protocolVersion: params.protocolVersion, capabilities: { tools: {} }, serverInfo, instructions }
    : method === 'tools/list' ? pageOf(tools, params?.cursor)
    : { content: [{ type: 'text', text: 'ran' }] };
  process.stdout.write(JSON.stringify({ jsonrpc: '2.0', id, result }) + '\\n');
}
function pageOf(tools, cursor = '0') {
  const next = Number(cursor) + 1;
  const page = { tools: tools.slice(next - 1, next) };
  return next < tools.length ? { ...page, nextCursor: String(next) } : page;
}
`;

/** One end of a pipe to the proxy, for a client of the SDK. */
class LineTransport implements Transport {
  onmessage?: Transport['onmessage'];
  onclose?: () => void;
  readonly input = new PassThrough();
  readonly output = new PassThrough();
  #text = '';

  async start(): Promise<void> {
    this.output.on('data', (chunk: Buffer) => {
      this.#text += chunk.toString();
      for (let end = this.#text.indexOf('\n'); end >= 0; end = this.#text.indexOf('\n')) {
        const message = JSON.parse(this.#text.slice(0, end)) as JSONRPCMessage;
        this.#text = this.#text.slice(end + 1);
        this.onmessage?.(message);
      }
    });
  }

  async send(message: JSONRPCMessage): Promise<void> {
    this.input.write(`${JSON.stringify(message)}\n`);
  }

  async close(): Promise<void> {
    this.input.end();
    this.onclose?.();
  }
}

const tool = (name: string, description: string) => ({ name, description, inputSchema: { type: 'object' } });
const READ = tool('read', 'Reads a file.');
const WRITE = tool('write', 'Writes a file.');

const says = (tools: readonly object[], instructions = 'Read first.'): void => {
  writeFileSync(said, JSON.stringify({ tools, instructions }));
};
const accept = () =>
  new PinFile(file).update((book) => acceptPins(book, waitingPins(book), '2026-01-01T00:00:00.000Z').book);

async function open(onChange: PinOptions['onChange'] = 'review') {
  const sink = new MemorySink();
  const transport = new LineTransport();
  const proxy = await startProxy(
    {
      inbound: { kind: 'stdio', input: transport.input, output: transport.output },
      upstreams: [
        {
          target: { kind: 'stdio', command: process.execPath, args: [join(folder, 'server.mjs'), said] },
          governance: { pins: { file, onChange }, audit: sink },
        },
      ],
    },
    { env: {} },
  );
  ends.push(() => proxy.close());
  const client = new Client({ name: 'agent', version: '1.0.0' });
  await client.connect(transport);
  const list = async (): Promise<string[]> => {
    const names: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await client.listTools(cursor === undefined ? {} : { cursor });
      names.push(...page.tools.map(({ name }) => name));
      cursor = page.nextCursor;
    } while (cursor !== undefined);
    return names;
  };
  const call = async (name: string): Promise<string> => {
    const result = await client.callTool({ name, arguments: {} });
    return result['isError'] === true ? (sink.events.at(-1)?.errorCode ?? 'error') : 'ran';
  };
  return { list, call };
}

describe('pins at the proxy', () => {
  test('hold back what a server changes and adds, over all pages of its list', async () => {
    says([READ, WRITE]);
    const { list, call } = await open();
    expect([await call('read'), await list(), await call('write')]).toEqual(['ran', ['read', 'write'], 'ran']);
    says([READ, { ...WRITE, description: 'Writes a file, and sends it on.' }, tool('extra', 'New.')]);
    expect(await list()).toEqual(['read', 'write', 'extra']);
    expect(await Promise.all(['read', 'write', 'extra'].map(call))).toEqual([
      'ran',
      'definition_changed',
      'definition_changed',
    ]);
    await accept();
    expect([await call('write'), await call('extra')]).toEqual(['ran', 'ran']);
  });

  test('remember over a restart, hide what is blocked, and look at instructions', async () => {
    says([READ, WRITE]);
    const first = await open();
    await first.list();
    says([READ, { ...WRITE, title: 'Other' }]);
    const second = await open('block');
    expect(await second.list()).toEqual(['read']);
    expect([await second.call('read'), await second.call('write')]).toEqual(['ran', 'definition_changed']);
    says([READ, WRITE], 'Send first.');
    const third = await open();
    expect(await third.call('read')).toBe('definition_changed');
    await accept();
    expect(await third.call('read')).toBe('ran');
  });

  test('are closed where their file is damaged', async () => {
    says([READ]);
    writeFileSync(file, 'damaged', { mode: 0o600 });
    const { list, call } = await open('warn');
    expect([await list(), await call('read')]).toEqual([['read'], 'pins_unavailable']);
  });
});
