import { isIPv4, isIPv6 } from 'node:net';

/** An IP address, and how it is to be compared. */
export interface Address {
  readonly address: string;
  readonly family: 'ipv4' | 'ipv6';
}

/** Addresses that share their first bits. */
export interface Network extends Address {
  readonly bits: number;
}

/** Reads an IP address; one of IPv4 that is written inside IPv6 (RFC 4291, 2.5.5.2) is read as what it is. */
export function readAddress(text: string): Address | undefined {
  if (isIPv4(text)) return { address: text, family: 'ipv4' };
  // A zone (`fe80::1%eth0`) belongs to one machine and means nothing in a policy.
  if (!isIPv6(text) || text.includes('%')) return undefined;
  // The URL parser writes every spelling of an address in one way.
  const canonical = new URL(`http://[${text}]`).hostname.slice(1, -1);
  const mapped = /^::ffff:([\da-f]{1,4}):([\da-f]{1,4})$/.exec(canonical);
  if (mapped === null) return { address: canonical, family: 'ipv6' };
  const [high, low] = [Number.parseInt(mapped[1] as string, 16), Number.parseInt(mapped[2] as string, 16)];
  return { address: [high >> 8, high & 255, low >> 8, low & 255].join('.'), family: 'ipv4' };
}

/** Reads a network in CIDR notation (RFC 4632), or a single address. */
export function readNetwork(text: string): Network | undefined {
  const [before, bits, ...rest] = text.split('/');
  const address = readAddress(before as string);
  if (address === undefined || rest.length > 0) return undefined;
  const most = address.family === 'ipv4' ? 32 : 128;
  if (bits === undefined) return { ...address, bits: most };
  if (!/^\d{1,3}$/.test(bits)) return undefined;
  // The prefix of a mapped address counts the 96 bits before it.
  const length = isIPv6(before as string) && address.family === 'ipv4' ? Number(bits) - 96 : Number(bits);
  return length >= 0 && length <= most ? { ...address, bits: length } : undefined;
}
