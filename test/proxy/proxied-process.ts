import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { MemorySink } from '../../src/audit/memory-sink.js';
import type { JsonObject } from '../../src/call/json.js';
import { startProxy, type ProxyOptions, type UpstreamOptions } from '../../src/proxy/index.js';

/** A server that does what servers should not do. */
export const ODD_SERVER = fileURLToPath(new URL('servers/odd-server.mjs', import.meta.url));

/** What a test starts a proxy with. */
export interface ProxiedSetup extends Partial<Omit<UpstreamOptions, 'target'>> {
  readonly args?: readonly string[];
  readonly limits?: ProxyOptions['limits'];
}

/** The proxy before a real process, with a client that writes and reads lines. */
export async function startProxied({ args = [], limits, ...upstream }: ProxiedSetup = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'proxied-'));
  const note = join(folder, 'note');
  const sink = new MemorySink();
  const [input, output, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
  const proxy = await startProxy(
    {
      inbound: { kind: 'stdio', input, output },
      ...(limits && { limits }),
      upstreams: [
        {
          restart: { delayMs: 1, attempts: 3 },
          ...upstream,
          governance: { audit: sink, ...upstream.governance },
          target: { kind: 'stdio', command: process.execPath, args: [ODD_SERVER, note, ...args] },
        },
      ],
    },
    { env: {}, stderr },
  );
  const received: JsonObject[] = [];
  const waiting = new Map<unknown, (message: JsonObject) => void>();
  let rest = '';
  output.setEncoding('utf8').on('data', (chunk: string) => {
    const lines = `${rest}${chunk}`.split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const message = JSON.parse(line) as JsonObject;
      received.push(message);
      if (message['method'] === undefined) waiting.get(message['id'])?.(message);
    }
  });
  let said = '';
  stderr.setEncoding('utf8').on('data', (chunk: string) => (said += chunk));
  let count = 0;
  const write = (message: JsonObject): void => {
    input.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
  };
  const request = (method: string, params: JsonObject = {}, id: string | number = ++count): Promise<JsonObject> =>
    new Promise((resolve) => {
      waiting.set(id, resolve);
      write({ id, method, params });
    });
  return {
    proxy,
    sink,
    input,
    output,
    received,
    write,
    request,
    call: (name: string, args: JsonObject = {}) => request('tools/call', { name, arguments: args }),
    async initialize(): Promise<void> {
      await request('initialize', {
        protocolVersion: '2025-06-18',
        capabilities: { elicitation: {} },
        clientInfo: { name: 'test', version: '1' },
      });
      write({ method: 'notifications/initialized' });
    },
    /** What reached the server, and its processes. */
    noted: (): readonly string[] => readFileSync(note, 'utf8').split('\n').slice(0, -1),
    stderr: () => said,
    async close(): Promise<void> {
      await proxy.close();
      rmSync(folder, { recursive: true });
    },
  };
}

/** True where a process of this id lives. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    // A process that ended and was not yet waited for is no process any more.
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

/** The text of a result. */
export function textOf({ result }: JsonObject): unknown {
  return (result as { content?: { text?: unknown }[] } | undefined)?.content?.[0]?.text;
}
