/** The segments of an absolute path once `.`, `..` and repeated slashes are resolved; above the root is the root. */
export function resolveSegments(path: string): readonly string[] {
  const segments: string[] = [];
  for (const segment of path.split('/')) {
    if (segment === '' || segment === '.') continue;
    if (segment === '..') segments.pop();
    else segments.push(segment);
  }
  return segments;
}
