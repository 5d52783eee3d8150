// Builds dist/ from src/. Silent when all is well: `npm start -- --json` builds first, and its stdout must hold JSON alone.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const dist = join(root, 'dist');
const stamp = join(root, '.cache/build.sha256');
const bin = join(dist, 'cli/main.js');
const SETTINGS = ['package.json', 'tsconfig.json', 'tsconfig.build.json', 'scripts/build.mjs'];

/** Hash of everything the build reads, names included, so that a rename counts as a change. */
function inputHash() {
  const sources = readdirSync(join(root, 'src'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  const hash = createHash('sha256').update(process.version);
  for (const file of [...SETTINGS.map((name) => join(root, name)), ...sources]) {
    const content = readFileSync(file);
    // The length keeps the end of one file and the start of the next apart.
    hash.update(`\0${file}\0${content.length}\0`).update(content);
  }
  return hash.digest('hex');
}

/** Compiles into an empty dist/, so that a deleted source leaves nothing behind. */
function compile() {
  rmSync(dist, { recursive: true, force: true });
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  const result = spawnSync(process.execPath, [tsc, '-p', join(root, 'tsconfig.build.json')], { encoding: 'utf8' });
  if (result.status !== 0) {
    // A half-built dist would pass for a good one next time.
    rmSync(dist, { recursive: true, force: true });
    process.stderr.write(`build failed:\n${result.stdout ?? ''}${result.stderr ?? ''}${result.error ?? ''}`);
    process.exit(1);
  }
  if (existsSync(bin)) chmodSync(bin, 0o755);
}

const hash = inputHash();
const upToDate = existsSync(dist) && existsSync(stamp) && readFileSync(stamp, 'utf8') === hash;
if (!upToDate) {
  rmSync(stamp, { force: true });
  compile();
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, hash);
}
