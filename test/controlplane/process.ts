import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import process from 'node:process';
import { root } from '../cli/run.js';

/** A service in a process of its own. */
export interface ServiceProcess {
  readonly url: string;
  readonly adminLink: string | null;
  readonly child: ChildProcess;
  /** What it wrote so far. */
  readonly said: { out: string; err: string };
  /** The exit code, once it ended. */
  readonly ended: Promise<number | null>;
}

/** Starts the built service and waits until it says where it is. Whoever starts it ends it. */
export async function startProcess(databaseUrl: string, ...flags: string[]): Promise<ServiceProcess> {
  const words = ['controlplane', '--port', '0', '--json', '--database-url', databaseUrl, ...flags];
  const child = spawn(process.execPath, [join(root, 'dist/cli/main.js'), ...words]);
  const said = { out: '', err: '' };
  child.stderr.on('data', (chunk: Buffer) => (said.err += chunk.toString()));
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  const line = await new Promise<string>((resolve, reject) => {
    child.stdout.on('data', (chunk: Buffer) => {
      said.out += chunk.toString();
      if (said.out.includes('\n')) resolve(said.out);
    });
    child.on('close', () => reject(new Error(said.err)));
  });
  const { url, adminLink } = JSON.parse(line) as { url: string; adminLink: string | null };
  return { url, adminLink, child, said, ended };
}
