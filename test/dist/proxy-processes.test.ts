import { describe, expect, test } from '@jest/globals';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '../cli/run.js';
import { isAlive, ODD_SERVER } from '../proxy/proxied-process.js';

const MAIN = join(root, 'dist/cli/main.js');

/** Starts the built command before a server that is deaf to polite signals, and a child of it that is, too. */
async function start() {
  const folder = mkdtempSync(join(tmpdir(), 'proxy-process-'));
  const note = join(folder, 'note');
  const proxy = spawn(
    process.execPath,
    [
      MAIN,
      'proxy',
      '--audit',
      `file:${join(folder, 'audit.jsonl')}`,
      '--',
      process.execPath,
      ODD_SERVER,
      note,
      '--deaf',
    ],
    { stdio: ['pipe', 'pipe', 'ignore'], env: { ...process.env, XDG_STATE_HOME: folder } },
  );
  proxy.stdin.write('{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"child","arguments":{}}}\n');
  const [line] = (await once(proxy.stdout, 'data')) as [Buffer];
  const child = Number(/"text":"(\d+)"/.exec(line.toString())?.[1]);
  const server = Number(/started (\d+)/.exec(readFileSync(note, 'utf8'))?.[1]);
  expect([server, child].map(isAlive)).toEqual([true, true]);
  return { proxy, processes: [server, child], folder };
}

describe('the process of mcp-governance proxy', () => {
  const ENDS: readonly (readonly [how: string, end: (proxy: ChildProcess) => void, code: number])[] = [
    ['SIGTERM', (proxy) => proxy.kill('SIGTERM'), 143],
    ['SIGINT', (proxy) => proxy.kill('SIGINT'), 130],
    ['SIGHUP', (proxy) => proxy.kill('SIGHUP'), 129],
    ['the end of its input', (proxy) => proxy.stdin?.end(), 0],
    ['a client that is gone', (proxy) => [proxy.stdin, proxy.stdout].forEach((stream) => stream?.destroy()), 0],
  ];

  test.each(ENDS)(
    'ended by %s: nothing of what it started is left, and the record is kept',
    async (_, end, code) => {
      const { proxy, processes, folder } = await start();
      end(proxy);
      expect(await once(proxy, 'exit')).toEqual([code, null]);
      expect(processes.map(isAlive)).toEqual([false, false]);
      expect(readFileSync(join(folder, 'audit.jsonl'), 'utf8')).toContain('"child"');
      rmSync(folder, { recursive: true });
    },
    30_000,
  );
});
