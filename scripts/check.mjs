// Everything CI asks for, ending at the first failure. What needs no tests runs first, in two lanes for two processors; the
// tests come last, because the last line of their run (`N passed, N failed`) is the last line of this one.
import { spawn, spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

/** Each lane in its own order: what is checked of the built package comes after the build. */
const LANES = [
  [{ name: 'lint', fix: 'npx eslint . --fix mends part of it' }],
  [
    { name: 'format:check', fix: 'npm run format' },
    { name: 'types' },
    { name: 'build' },
    { name: 'docs:check', fix: 'npm run docs' },
    { name: 'pack:check' },
  ],
];
// Built a moment ago: without the script that builds before the tests.
const TESTS = ['run', '--silent', '--ignore-scripts', 'test'];

/** Seconds since `start`, for people. */
const seconds = (start) => `${((performance.now() - start) / 1000).toFixed(1)} s`;

/** To stderr, and without a word on stdout after the tests: their summary stays the last line. */
function fail(name, fix, { status, signal }, start) {
  const why = signal === null ? `exit code ${status}` : `signal ${signal}`;
  console.error(`check failed at ${name} (${why}, ${seconds(start)})${fix === undefined ? '' : `; try: ${fix}`}`);
  process.exit(1);
}

/** Runs one step; what it writes is shown when it is over, so that two lanes do not write into one another. */
function run({ name, fix }) {
  const start = performance.now();
  const child = spawn('npm', ['run', '--silent', name], { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
  const said = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => said.push(chunk));
  return new Promise((resolve) => {
    child.on('close', (status, signal) => {
      console.log(`\n== ${name} (${seconds(start)})`);
      process.stdout.write(Buffer.concat(said));
      if (status !== 0) fail(name, fix, { status, signal }, start);
      resolve();
    });
  });
}

const begin = performance.now();
await Promise.all(
  LANES.map(async (lane) => {
    for (const step of lane) await run(step);
  }),
);
console.log(`\n== test (the steps before it took ${seconds(begin)})`);
const start = performance.now();
const tests = spawnSync('npm', TESTS, { cwd: root, stdio: 'inherit' });
if (tests.status !== 0) fail('test', undefined, tests, start);
