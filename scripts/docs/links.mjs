// Finds relative links that lead nowhere: a file that is not there, or a heading that its page does not have.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

/** The page without code, in which brackets are no links. */
const prose = (page) =>
  page.replace(/^([ \t]*)(`{3,})[\s\S]*?^\1\2[ \t]*$/gm, '').replace(/(`+)(?!`)[\s\S]*?[^`]\1(?!`)/g, '');

/** The anchors of a page's headings, as GitHub makes them. */
function anchorsOf(page) {
  const seen = new Map();
  const withoutFences = page.replace(/^([ \t]*)(`{3,})[\s\S]*?^\1\2[ \t]*$/gm, '');
  return new Set(
    [...withoutFences.matchAll(/^#{1,6} +(.+?)[ #]*$/gm)].map(([, heading]) => {
      // The anchor is made from what is seen: without link targets and without the marks of emphasis.
      const seenText = heading
        .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
        .replace(/(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, '');
      const text = seenText.toLowerCase();
      const slug = text.replace(/[^\p{L}\p{N}\p{M}\p{Pc}\- ]/gu, '').replaceAll(' ', '-');
      const count = seen.get(slug) ?? 0;
      seen.set(slug, count + 1);
      return count === 0 ? slug : `${slug}-${count}`;
    }),
  );
}

/** Every broken link of one page, as `page: link`. */
export function brokenLinks(file, page, root) {
  const inline = [...prose(page).matchAll(/\]\(\s*<?([^\s)>]+)>?[^)]*\)/g)];
  const references = [...prose(page).matchAll(/^\s*\[[^\]]+\]:\s*<?([^\s>]+)>?/gm)];
  const targets = [...inline, ...references].map(([, target]) => target);
  return targets
    .filter((target) => !leadsSomewhere(file, page, target))
    .map((link) => `${relative(root, file)}: ${link}`);
}

function leadsSomewhere(file, page, target) {
  if (/^[a-z][a-z\d+.-]*:/i.test(target)) return true;
  const [path, anchor] = target.split('#');
  const linked = path === '' ? file : join(dirname(file), decodeURI(path));
  if (!existsSync(linked)) return false;
  if (anchor === undefined || !linked.endsWith('.md')) return true;
  return anchorsOf(linked === file ? page : readFileSync(linked, 'utf8')).has(anchor);
}
