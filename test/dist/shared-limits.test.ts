import { describe, expect } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { spawn } from 'node:child_process';
import { itWithRedis } from '../rate-limit/support.js';
import { itWithRedisServer, RedisServer } from '../rate-limit/redis-server.js';

const itRedis = await itWithRedis();
const itServer = itWithRedisServer();

/** One process: fifty calls at once, of which the policy admits thirty a minute for all processes together. */
const PROGRAM = `
import { ToolFilter } from '${new URL('../../dist/index.js', import.meta.url).href}';
const [, server, calls] = process.argv;
const filter = new ToolFilter({
  policyConfig: { defaultRateLimit: { maxPerHour: 30, by: ['server', 'tool'] } },
  blockMode: 'error_result',
});
let ran = 0;
const call = () => filter.call({ server, tool: 'search', arguments: {} }, () => { ran += 1; return { content: [] }; });
await Promise.all(Array.from({ length: Number(calls) }, call));
process.stdout.write(String(ran));
`;

interface Ended {
  readonly ran: number;
  readonly status: number | null;
  readonly stderr: string;
}

/** Runs a process, and waits until it ends by itself. */
function run(url: string, server: string, calls: number): Promise<Ended> {
  const env = { ...process.env, MCP_GOVERNANCE_REDIS_URL: url };
  const child = spawn(process.execPath, ['--input-type=module', '-e', PROGRAM, server, String(calls)], { env });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  return new Promise((resolve) => {
    child.on('close', (status) => {
      resolve({ ran: Number(stdout), status, stderr });
    });
  });
}

describe('limits in the Redis of MCP_GOVERNANCE_REDIS_URL', () => {
  itRedis(
    'four processes together admit exactly as many as may, and each of them ends by itself',
    async () => {
      const server = `test-${randomUUID()}`;
      const ended = await Promise.all(Array.from({ length: 4 }, () => run('redis://127.0.0.1:6379', server, 50)));
      expect(ended.map(({ status, stderr }) => ({ status, stderr }))).toEqual(Array(4).fill({ status: 0, stderr: '' }));
      expect(ended.reduce((sum, { ran }) => sum + ran, 0)).toBe(30);
    },
    60_000,
  );

  itServer(
    'without Redis a process counts by itself, and its log says so once without the password',
    async () => {
      const gone = await RedisServer.start();
      await gone.remove();
      const { ran, status, stderr } = await run(`redis://:hidden-word@127.0.0.1:${gone.port}`, 'test', 50);
      expect({ ran, status }).toEqual({ ran: 30, status: 0 });
      expect(stderr).toBe(
        'mcp-governance warn: the rate limit store failed and this process counts by itself: Error (ECONNREFUSED)\n',
      );
    },
    60_000,
  );
});
