import { isIPv4, isIPv6 } from 'node:net';

/**
 * What counts as one address: an IPv4 address, or the /64 of an IPv6 address, of which every home gets one whole.
 *
 * @param ip - As the socket or a proxy wrote it; what is no address is one of its own, together with all the others.
 */
export function addressBlock(ip: string): string {
  const [bare = ''] = ip.split('%', 1);
  if (isIPv4(bare)) return bare;
  if (!isIPv6(bare)) return 'unknown';
  const groups = groupsOf(bare);
  return isMapped(groups) ? dotted(groups) : `${groups.slice(0, 4).join(':')}::/64`;
}

/** The eight groups, written in one way only: lower case, without zeros before them, and IPv4 at the end as two. */
function groupsOf(ip: string): readonly string[] {
  const [head = '', tail] = new URL(`http://[${ip}]`).hostname.slice(1, -1).split('::');
  const [left, right] = [head, tail ?? ''].map((side) => (side === '' ? [] : side.split(':'))) as [string[], string[]];
  return [...left, ...new Array<string>(8 - left.length - right.length).fill('0'), ...right];
}

/** IPv4 as a socket that is open to both writes it, `::ffff:192.0.2.1`. */
function isMapped(groups: readonly string[]): boolean {
  return groups.slice(0, 5).every((group) => group === '0') && groups[5] === 'ffff';
}

function dotted(groups: readonly string[]): string {
  return groups
    .slice(6)
    .map((group) => Number.parseInt(group, 16))
    .flatMap((number) => [number >> 8, number & 255])
    .join('.');
}
