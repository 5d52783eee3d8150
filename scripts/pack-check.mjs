// Packs the package as npm would publish it and has publint and are-the-types-wrong look at the tarball.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

/** Runs a program in the root and gives back its stdout; anything but success ends the check with what it said. */
function run(what, command, args) {
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd: root, encoding: 'utf8' });
  if (status === 0) return stdout;
  throw new Error(`${what} failed:\n${stdout ?? ''}${stderr ?? ''}${error ?? ''}`);
}

/** What publint has to say, warnings and suggestions included. */
async function lintPackage(tarball) {
  const bytes = readFileSync(tarball);
  const buffer = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
  const { messages, pkg } = await publint({ pack: { tarball: buffer }, strict: true });
  if (messages.length === 0) return;
  const lines = messages.map((message) => `  ${message.type}: ${formatMessage(message, pkg, { color: false })}`);
  throw new Error(`publint found:\n${lines.join('\n')}`);
}

const folder = mkdtempSync(join(tmpdir(), 'mcp-governance-pack-'));
try {
  run('build', process.execPath, ['scripts/build.mjs']);
  // The build ran above; a script of npm's life cycle would print into the JSON.
  const packed = run('npm pack', 'npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', folder]);
  const [{ filename, entryCount, size }] = JSON.parse(packed);
  const tarball = join(folder, filename);
  await lintPackage(tarball);
  const attw = join(root, 'node_modules/@arethetypeswrong/cli/dist/index.js');
  const options = ['--profile', 'esm-only', '--format', 'ascii', '--no-color', '--no-emoji', '--no-definitely-typed'];
  run('are-the-types-wrong', process.execPath, [attw, tarball, ...options]);
  console.log(`   ${filename}: ${entryCount} files, ${Math.ceil(size / 1024)} KiB; publint and types are clean`);
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
