// Code in a page comes from a file that is type-checked and run: ```ts source=examples/x.ts#region
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const FENCE = /^([ \t]*)(`{3,})(\w+) source=([^\s#]+)(?:#([\w-]+))?[ \t]*\n(?:[\s\S]*?\n)??\1\2[ \t]*$/gm;
const START = /^\s*(?:\/\/|#) ?#region(?:\s+([\w-]+))?\s*$/;
const END = /^\s*(?:\/\/|#) ?#endregion\b/;

/** The lines of one region (of the whole file without a name), without markers and without common indentation. */
function regionOf(text, region) {
  const taken = [];
  // Depth below the start of the region; regions may hold regions.
  let depth = region === undefined ? 1 : 0;
  let found = region === undefined;
  for (const line of text.split('\n')) {
    const start = START.exec(line);
    if (depth === 0) {
      if (start?.[1] === region && !found) [depth, found] = [1, true];
    } else if (start !== null) depth += 1;
    else if (END.test(line)) depth -= 1;
    else taken.push(line);
  }
  if (!found) throw new Error(`there is no region "${region}"`);
  if (depth > (region === undefined ? 1 : 0)) throw new Error(`region "${region}" does not end`);
  const indents = taken.filter((line) => line.trim() !== '').map((line) => /^ */.exec(line)[0].length);
  const indent = Math.min(...indents, Infinity);
  return taken
    .map((line) => (Number.isFinite(indent) ? line.slice(indent) : line))
    .join('\n')
    .replace(/^\n+|\s+$/g, '');
}

/** The page with every snippet written anew. */
export function writeSnippets(page, root) {
  return page.replace(FENCE, (_, indent, fence, language, source, region) => {
    const name = region === undefined ? source : `${source}#${region}`;
    const file = join(root, source);
    if (!existsSync(file)) throw new Error(`snippet ${name}: there is no such file`);
    try {
      const code = regionOf(readFileSync(file, 'utf8'), region);
      const body = [`${fence}${language} source=${name}`, ...code.split('\n'), fence];
      return body.map((line) => (line === '' ? line : indent + line)).join('\n');
    } catch (cause) {
      throw new Error(`snippet ${name}: ${cause.message}`, { cause });
    }
  });
}
