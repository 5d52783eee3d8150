// Keeps README.md and docs/ true: generated tables, snippets from files that run, links that lead somewhere.
// `npm run docs` writes; with `--check` it writes nothing and exits with 1 where it would have written.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import * as prettier from 'prettier';
import { writeGenerated } from './docs/generators.mjs';
import { GENERATED_FILES } from './docs/generated-files.mjs';
import { brokenLinks } from './docs/links.mjs';
import { writeSnippets } from './docs/snippets.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const check = process.argv.includes('--check');

/** README and all below docs/; the other pages in the root hold links, too. */
function pages() {
  const below = readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.md'))
    .sort()
    .map((path) => join(root, 'docs', path));
  const top = ['README.md', 'AGENTS.md', 'CONTRIBUTING.md'].map((name) => join(root, name));
  return [...top.filter((file) => existsSync(file)), ...below];
}

/** A page as it should be. Formatted, so that this and `npm run format` never undo one another's work. */
async function written(file, page) {
  const text = await writeGenerated(writeSnippets(page, root), join(root, 'dist'));
  return prettier.format(text, { ...(await prettier.resolveConfig(file)), filepath: file });
}

const build = spawnSync(process.execPath, [join(root, 'scripts/build.mjs')], { stdio: 'inherit' });
if (build.status !== 0) process.exit(1);

const problems = [];
for (const [name, generate] of Object.entries(GENERATED_FILES)) {
  const file = join(root, name);
  const options = { ...(await prettier.resolveConfig(file)), filepath: file };
  const text = await prettier.format(await generate(join(root, 'dist')), options);
  if (existsSync(file) && readFileSync(file, 'utf8') === text) continue;
  if (check) problems.push(`${name}: out of date; npm run docs`);
  else writeFileSync(file, text);
}
for (const file of pages()) {
  const name = relative(root, file);
  const before = readFileSync(file, 'utf8');
  try {
    const after = await written(file, before);
    if (after !== before) {
      if (check) problems.push(`${name}: out of date; npm run docs`);
      else writeFileSync(file, after);
    }
    problems.push(...brokenLinks(file, after, root).map((link) => `broken link in ${link}`));
  } catch (error) {
    problems.push(`${name}: ${error.message}`);
  }
}

for (const problem of problems) console.error(problem);
process.exitCode = problems.length === 0 ? 0 : 1;
