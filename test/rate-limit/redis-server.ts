import { it } from '@jest/globals';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { until } from './support.js';

/** `it` where the program redis-server is installed, else a visible skip. */
export function itWithRedisServer(): typeof it | typeof it.skip {
  if (spawnSync('redis-server', ['--version']).status === 0) return it;
  console.warn('redis-server is not installed: its tests are skipped.');
  return it.skip;
}

/** A Redis of our own, which may be stopped, held up and started again on its port. */
export class RedisServer {
  readonly port: number;
  readonly #folder = mkdtempSync(join(tmpdir(), 'mcp-governance-redis-'));
  readonly #options: readonly string[];
  #child: ChildProcess | undefined;

  private constructor(port: number, options: readonly string[]) {
    this.port = port;
    this.#options = options;
  }

  /** Starts one on a port that is free; it keeps nothing on disk. */
  static async start(...options: string[]): Promise<RedisServer> {
    const server = new RedisServer(await freePort(), options);
    try {
      await server.start();
      return server;
    } catch (fault) {
      await server.remove();
      throw fault;
    }
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  /** Starts it again, with nothing in it. */
  async start(): Promise<void> {
    const where = ['--port', String(this.port), '--bind', '127.0.0.1', '--dir', this.#folder];
    const nothingKept = ['--save', '', '--appendonly', 'no', '--logfile', '/dev/null'];
    this.#child = spawn('redis-server', [...where, ...nothingKept, ...this.#options], { stdio: 'ignore' });
    // One that wants a password is there, too.
    await until(() => this.command('PING').then(Boolean, (fault: unknown) => /NOAUTH/.test(String(fault))));
  }

  /** Runs one command over a connection of its own; rejects where the server is not there. */
  async command(name: string, ...args: string[]): Promise<unknown> {
    const client = new Redis(this.url, { retryStrategy: () => null, disconnectTimeout: 10 });
    client.on('error', () => undefined);
    try {
      return await client.call(name, ...args);
    } finally {
      client.disconnect();
    }
  }

  /** Ends the process, and waits until it has ended. */
  async stop(): Promise<void> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await ended;
  }

  /** Holds the process up: connections stay open and nothing is answered. */
  pause(): void {
    this.#child?.kill('SIGSTOP');
  }

  /** Lets the process go on. */
  resume(): void {
    this.#child?.kill('SIGCONT');
  }

  /** Ends the process and removes what it left. */
  async remove(): Promise<void> {
    await this.stop();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
