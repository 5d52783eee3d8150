import { spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import type { Style, Terminal } from '../../src/cli/terminal.js';

/** The repository. */
export const root = join(dirname(fileURLToPath(import.meta.url)), '../..');

/** What a program said and how it ended. */
export interface Run {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the built command line in a process of its own. */
export function mcpGovernance(
  args: readonly string[],
  main = join(root, 'dist/cli/main.js'),
  env: NodeJS.ProcessEnv = process.env,
): Promise<Run> {
  const child = spawn(process.execPath, [main, ...args], { timeout: 60_000, env });
  const said = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk: Buffer) => (said.stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (said.stderr += chunk.toString()));
  return new Promise((resolve) => child.on('close', (status) => resolve({ status, ...said })));
}

/** A terminal that keeps what is written to it; styles are written as `<red>text</red>`. */
export class FakeTerminal implements Terminal {
  stdout = '';
  stderr = '';

  out(text: string): void {
    this.stdout += text;
  }

  err(text: string): void {
    this.stderr += text;
  }

  readonly paint = (style: Style, text: string): string => `<${style}>${text}</${style}>`;
}
