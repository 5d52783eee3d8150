import type { Atom } from './atoms.js';

/** Values around the edge of an operator: some for which it holds, and some for which it does not. */
export function sampleValues({ operator, operand }: Atom): readonly unknown[] {
  switch (operator) {
    case 'gt':
    case 'gte':
    case 'lt':
    case 'lte':
      return typeof operand === 'number' ? [operand - 1, operand, operand + 1] : [operand, `${String(operand)}x`, ''];
    case 'in':
    case 'not_in':
      return [...(operand as readonly unknown[]), OTHER];
    case 'type':
      return ['text', 1.5, 1, true, {}, [], null];
    case 'length':
      return lengths(operand).map((length) => 'x'.repeat(length));
    case 'within_path':
      return listed(operand).flatMap((path) => [`${path}/x`, `${path}/../x`, '/']);
    case 'host_in':
      return [...listed(operand).map((host) => `https://${fillGlob(host)}/`), 'https://example.invalid/'];
    case 'cidr_in':
      return [...listed(operand).map((block) => block.replace(/\/.*/s, '')), '192.0.2.1', '2001:db8::1'];
    case 'regex':
      return [fillRegex(String(operand)), OTHER];
    case 'glob':
      return [fillGlob(String(operand)), OTHER];
    case 'starts_with':
    case 'ends_with':
      return [operand, `x${String(operand)}x`, OTHER];
    case 'contains':
    case 'not_contains':
      return [[operand], ...(typeof operand === 'string' ? [`x${operand}x`] : []), OTHER];
    case 'exists':
      return ['', null];
    default:
      return [operand, OTHER];
  }
}

/** A name that a glob matches: stars as one letter, sets as their first member. */
export function fillGlob(glob: string): string {
  return glob.replace(/\[!?\]?[^\]]*\]/g, (set) => (set.startsWith('[!') ? '~' : set.charAt(1))).replace(/[*?]/g, 'x');
}

/** A text that a simple pattern may match; nobody relies on it. */
export function fillRegex(pattern: string): string {
  return pattern
    .replace(/\(\?[a-zA-Z:-]*\)?/g, '')
    .replace(/\\[sS]\*|\\[bBAzZ]|[\^$]|\.\*/g, '')
    .replace(/\\s\+?/g, ' ')
    .replace(/\\d\+?/g, '1')
    .replace(/\\w\+?|\.\+?/g, 'x')
    .replace(/\(([^()|]*)(?:\|[^()]*)?\)/g, '$1')
    .replace(/\|.*/s, '')
    .replace(/\\(.)/g, '$1')
    .replace(/[()]/g, '');
}

const OTHER = 'something else';
const LONGEST = 2_000;

function listed(operand: unknown): readonly string[] {
  return (Array.isArray(operand) ? operand : [operand]).map(String);
}

function lengths(operand: unknown): readonly number[] {
  const bounds = typeof operand === 'number' ? [operand] : Object.values(operand as Record<string, number>);
  return bounds
    .flatMap((bound) => [bound - 1, bound, bound + 1])
    .filter((length) => length >= 0 && length <= LONGEST)
    .map(Math.floor);
}
