import { skeletonOf } from './look-alike.js';
import type { PinBook } from './pin-book.js';

/** A name that could be taken for another. */
export interface Resemblance {
  /** `shadowed`: another server has a tool of the very name. `look_alike`: one that only looks like it. */
  readonly kind: 'shadowed' | 'look_alike';
  readonly server: string;
  /** Undefined: it is the server's own name. */
  readonly tool: string | undefined;
  /** Whose name it could be taken for. */
  readonly other: { readonly server: string; readonly tool: string | undefined };
}

/**
 * Finds the names of a server that could be taken for others in the book.
 *
 * @param isNew - True where the server itself was not in the book before.
 * @param tools - Those of its tools that were not in the book before.
 */
export function findResemblances(
  book: PinBook,
  server: string,
  isNew: boolean,
  tools: readonly string[],
): readonly Resemblance[] {
  const found: Resemblance[] = [];
  if (isNew && server !== '') {
    const skeleton = skeletonOf(server);
    const other = [...book.keys()].find((each) => each !== server && each !== '' && skeletonOf(each) === skeleton);
    if (other !== undefined) {
      found.push({ kind: 'look_alike', server, tool: undefined, other: { server: other, tool: undefined } });
    }
  }
  if (tools.length === 0) return found;
  const known = toolsBySkeleton(book);
  for (const tool of tools) {
    const alike = known.get(skeletonOf(tool)) ?? [];
    // One of each kind is enough: a server could list thousands that all look alike.
    const shadowed = alike.find((other) => other.server !== server && other.tool === tool);
    if (shadowed !== undefined) found.push({ kind: 'shadowed', server, tool, other: shadowed });
    const other = alike.find((each) => each.tool !== tool);
    if (other !== undefined) found.push({ kind: 'look_alike', server, tool, other });
  }
  return found;
}

function toolsBySkeleton(book: PinBook): ReadonlyMap<string, readonly { server: string; tool: string }[]> {
  const known = new Map<string, { server: string; tool: string }[]>();
  for (const [server, { tools }] of book) {
    for (const tool of tools.keys()) {
      const skeleton = skeletonOf(tool);
      const same = known.get(skeleton);
      if (same === undefined) known.set(skeleton, [{ server, tool }]);
      else same.push({ server, tool });
    }
  }
  return known;
}
