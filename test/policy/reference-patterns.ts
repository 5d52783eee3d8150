const compiled = new Map<string, RegExp>();

/** Compiled once: a run asks for the same few patterns over and over. */
function regexOf(source: string, flags: string): RegExp {
  const key = `${flags}/${source}`;
  const regex = compiled.get(key) ?? new RegExp(source, flags);
  compiled.set(key, regex);
  return regex;
}

/** A glob by way of a regular expression: `*` any run, `?` one code point, `[a-z]` one of a set, `[!a-z]` one outside. */
export function globMatches(glob: string, name: string): boolean {
  const source = glob.replace(/\[(!?)([^\]]+)\]|[\s\S]/gu, (part, not: string | undefined, members: string) => {
    if (part === '*') return '.*';
    if (part === '?') return '.';
    if (not !== undefined) return `[${not === '' ? '' : '^'}${members.replace(/[\\^[&~]/g, '\\$&')}]`;
    return part.replace(/[\\^$.*+?()[\]{}|/]/, '\\$&');
  });
  return regexOf(`^${source}$`, 'su').test(name);
}

/** A search; `(?i)` at the start of a pattern is the one flag that the generated patterns use. */
export function regexFinds(pattern: string, text: string): boolean {
  const folded = pattern.startsWith('(?i)');
  return regexOf(folded ? pattern.slice(4) : pattern, folded ? 'iu' : 'u').test(text);
}
