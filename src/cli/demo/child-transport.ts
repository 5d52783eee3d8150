import { type ChildProcess, fork } from 'node:child_process';
import process from 'node:process';
import { createInterface } from 'node:readline';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import type { JSONRPCMessage } from '@modelcontextprotocol/sdk/types.js';
import type { Report } from './report.js';

/** Stands in arguments for 10,000 arrays in one another: JSON.parse reads those, JSON.stringify cannot write them. */
export const NESTED = 'ten thousand arrays in one another';

const NESTED_JSON = '['.repeat(10_000) + ']'.repeat(10_000);
/** A server that is connected to a controlplane delivers the last of its record first. */
const PATIENCE_MS = 5_000;

/**
 * MCP over the stdio of a child process, which reports over Node's IPC channel besides.
 *
 * The SDK's own stdio transport has no such channel and writes nothing that JSON.stringify cannot.
 */
export class ChildTransport implements Transport {
  onclose?: () => void;
  onerror?: (error: Error) => void;
  onmessage?: (message: JSONRPCMessage) => void;
  /** Told what the child reports. */
  onreport?: (report: Report) => void;
  /** What the child said on standard error. */
  log = '';
  readonly #file: string;
  readonly #name: string;
  readonly #environment: Readonly<Record<string, string>>;
  #child: ChildProcess | undefined;

  /**
   * @param file - The program of the child.
   * @param name - Its argument.
   * @param environment - What its environment has besides; nothing of ours is in it otherwise.
   */
  constructor(file: string, name: string, environment: Readonly<Record<string, string>> = {}) {
    this.#file = file;
    this.#name = name;
    this.#environment = environment;
  }

  /** Starts the child. */
  async start(): Promise<void> {
    const env = { ...plainEnvironment(), ...this.#environment };
    const child = fork(this.#file, [this.#name], { execArgv: [], env, silent: true });
    this.#child = child;
    child.on('error', (error) => this.onerror?.(error));
    child.on('exit', () => this.onclose?.());
    child.on('message', (report) => this.onreport?.(report as Report));
    child.stderr?.on('data', (chunk: Buffer) => (this.log += chunk.toString()));
    // A child that is gone does not read: its exit says so.
    child.stdin?.on('error', () => undefined);
    if (child.stdout !== null) createInterface(child.stdout).on('line', (line) => this.#receive(line));
  }

  /** Writes one message. */
  async send(message: JSONRPCMessage): Promise<void> {
    this.#child?.stdin?.write(`${JSON.stringify(message).replace(`"${NESTED}"`, NESTED_JSON)}\n`);
  }

  /** Ends the child; kills it where it does not end. */
  async close(): Promise<void> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    const timer = setTimeout(() => child.kill('SIGKILL'), PATIENCE_MS);
    child.stdin?.end();
    if (child.connected) child.disconnect();
    await ended;
    clearTimeout(timer);
  }

  #receive(line: string): void {
    try {
      this.onmessage?.(JSON.parse(line) as JSONRPCMessage);
    } catch (cause) {
      this.onerror?.(new Error('the server wrote a line that is no JSON to standard output', { cause }));
    }
  }
}

/** The demo shows the same on every machine: settings of the user's own are for the user's own servers. */
function plainEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(MCP_GOVERNANCE|WAXELL)_|^NODE_OPTIONS$/.test(name)),
  );
}
