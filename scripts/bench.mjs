#!/usr/bin/env node
// Compiles bench/*.ts and runs each claim in a process of its own: `npm run bench`, or `npm run bench -- overhead-stdio`.
import { spawnSync } from 'node:child_process';
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const OUT = join(ROOT, '.cache', 'bench');
const wanted = process.argv.slice(2);

run(join(ROOT, 'scripts', 'build.mjs'), []);
rmSync(OUT, { recursive: true, force: true });
run(join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc'), ['-p', join(ROOT, 'bench', 'tsconfig.json')]);

const benches = readdirSync(join(ROOT, 'bench'))
  .filter((file) => file.endsWith('.ts') && file !== 'harness.ts')
  .map((file) => file.replace(/\.ts$/, ''))
  .filter((name) => wanted.length === 0 || wanted.some((each) => name.includes(each)));
if (benches.length === 0) {
  console.error(`No bench is named ${wanted.join(', ')}.`);
  process.exit(2);
}
let failed = 0;
for (const name of benches) failed += run(join(OUT, `${name}.js`), []) === 0 ? 0 : 1;
process.exitCode = failed === 0 ? 0 : 1;

function run(script, args) {
  const { status } = spawnSync(process.execPath, [script, ...args], { stdio: 'inherit', cwd: ROOT });
  if (status !== 0 && !script.startsWith(OUT)) process.exit(status ?? 1);
  return status;
}
