// Everything CI asks for, cheapest first, ending at the first failure. The tests come last, because the last line of
// their run (`N passed, N failed`) is the last line of this one.
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

const STEPS = [
  { name: 'format:check', fix: 'npm run format' },
  { name: 'lint', fix: 'npx eslint . --fix mends part of it' },
  { name: 'types' },
  { name: 'build' },
  { name: 'docs:check', fix: 'npm run docs' },
  { name: 'pack:check' },
  { name: 'test', args: ['--', '--coverage'] },
];

/** Seconds since `start`, for people. */
const seconds = (start) => `${((performance.now() - start) / 1000).toFixed(1)} s`;

const begin = performance.now();
for (const [index, { name, args = [], fix }] of STEPS.entries()) {
  const last = index === STEPS.length - 1;
  console.log(`\n== ${name}${last ? ` (the steps before it took ${seconds(begin)})` : ''}`);
  const start = performance.now();
  const { status, signal } = spawnSync('npm', ['run', '--silent', name, ...args], { cwd: root, stdio: 'inherit' });
  if (status !== 0) {
    // To stderr, and without a word on stdout after the tests: their summary stays its last line.
    const why = signal === null ? `exit code ${status}` : `signal ${signal}`;
    console.error(`check failed at ${name} (${why}, ${seconds(start)})${fix === undefined ? '' : `; try: ${fix}`}`);
    process.exit(1);
  }
  if (!last) console.log(`   ${name} took ${seconds(start)}`);
}
