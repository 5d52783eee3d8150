// Runs the server scenarios of the MCP conformance suite against an address.
import { spawn } from 'node:child_process';
import process from 'node:process';
import { createInterface } from 'node:readline';

/** The published suite that is among the devDependencies, which runs on Node 20, and all its server scenarios. */
export const SUITE = [
  process.execPath,
  'node_modules/@modelcontextprotocol/conformance/dist/index.js',
  ...['server', '--suite', 'all'],
];

/**
 * Runs a suite; resolves with what each scenario came to, in the order of its summary.
 *
 * @param onScenario - Told of each scenario when it begins.
 */
export async function runSuite([command, ...args], url, cwd, onScenario) {
  const child = spawn(command, [...args, '--url', url], { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = new Promise((resolve, reject) => child.on('error', reject).on('close', resolve));
  const said = [];
  child.stderr.on('data', (chunk) => said.push(chunk));
  const scenarios = new Map();
  createInterface({ input: child.stdout }).on('line', (line) => {
    const begun = /^=== Running scenario: (\S+) ===$/.exec(line)?.[1];
    if (begun !== undefined) onScenario(begun);
    const [, name, passed, failed] = /^\S ([\w-]+): (\d+) passed, (\d+) failed/.exec(line) ?? [];
    if (name !== undefined) scenarios.set(name, { passed: Number(passed), failed: Number(failed) });
  });
  const code = await ended;
  // It ends with 1 where a scenario fails, too: what came of each is in its summary.
  if (scenarios.size === 0) throw new Error(`The suite came to nothing (exit code ${code}): ${Buffer.concat(said)}`);
  return scenarios;
}
