import { type Alias, isAlias, isMap, isScalar, isSeq, type LineCounter, type Node } from 'yaml';
import type { Locate, Position } from '../loading/problems.js';
import type { YamlDocument } from './compose-document.js';

/** Makes the function that finds places in a document; where a step leads nowhere, the place before it. */
export function locateIn({ contents }: YamlDocument, targets: ReadonlyMap<Alias, Node>, lines: LineCounter): Locate {
  return (steps, part) => {
    let node: Node | null = contents;
    let offset = contents?.range[0] ?? 0;
    for (const [index, step] of steps.entries()) {
      const entry = entryOf(isAlias(node) ? targets.get(node) : node, step);
      if (entry === undefined) break;
      const isLast = index === steps.length - 1;
      offset = startOf(isLast && part === 'key' ? entry.key : entry.value) ?? startOf(entry.key) ?? offset;
      node = entry.value;
    }
    return positionOf(lines, offset);
  };
}

function entryOf(
  node: Node | null | undefined,
  step: string | number,
): { key: Node | null; value: Node | null } | undefined {
  if (isSeq(node) && typeof step === 'number') {
    const value = node.items[step] as Node | undefined;
    return value && { key: value, value };
  }
  if (!isMap(node)) return undefined;
  const pair = node.items.find(({ key }) => isScalar(key) && key.value === step);
  return pair && { key: pair.key as Node, value: pair.value as Node | null };
}

/** Undefined for a value that was left out: its key is easier to find then. */
function startOf(node: Node | null): number | undefined {
  const range = node?.range;
  return range === null || range === undefined || (isScalar(node) && range[0] === range[1]) ? undefined : range[0];
}

function positionOf(lines: LineCounter, offset: number): Position {
  const { line, col } = lines.linePos(offset);
  return { line: Math.max(1, line), column: Math.max(1, col) };
}
