import { BlockList, isIP } from 'node:net';
import { z } from 'zod';
import { compileGlob, isGlob } from '../../call/glob.js';
import { truthOf, UNKNOWN } from '../truth.js';
import { readAddress, readNetwork } from './address.js';
import { readHost, readHostPattern } from './host.js';
import { listed, type Operator } from './operator.js';

const text = z.string({ error: 'must be a text' }).min(1, { error: 'must not be empty' });
const texts = (what: string) => z.union([text, z.array(text).min(1)], { error: `must be ${what} or a list of them` });

/** Operators that ask where something leads on the network, without asking the network. */
export const NETWORK_OPERATORS: readonly Operator[] = [
  {
    name: 'host_in',
    operand: 'a list of host names or globs',
    schema: texts('a host name or glob'),
    meaning:
      "The URL's host is one of these, in any case. `*.example.com` means every host below example.com, not itself. " +
      'Names are compared, not resolved.',
    wrongType: 'It cannot be evaluated for what is no URL with a host, or is written so that programs disagree on it.',
    example: ['api.example.com', '*.example.org'],
    compile: (operand) => {
      const exact = new Set<string>();
      const globs: ((host: string) => boolean)[] = [];
      for (const pattern of listed(operand as string | string[])) {
        const host = readHostPattern(pattern);
        if (host === undefined) return `'${pattern}' must be a host name alone, without scheme, port, path or blanks`;
        if (isGlob(host) && isIP(host.slice(1, -1)) === 0) globs.push(compileGlob(host));
        else exact.add(host);
      }
      return (value) => {
        const host = typeof value === 'string' ? readHost(value) : undefined;
        if (host === undefined) return UNKNOWN;
        return truthOf(exact.has(host) || globs.some((matches) => matches(host)));
      };
    },
  },
  {
    name: 'cidr_in',
    operand: 'a list of networks (CIDR) or addresses',
    schema: texts('a network such as 10.0.0.0/8'),
    meaning:
      'The IP address lies in one of these networks. An IPv4 address inside IPv6 (::ffff:10.0.0.1) counts as IPv4.',
    wrongType: 'It cannot be evaluated for what is no IP address; host names are not resolved.',
    example: ['10.0.0.0/8', 'fd00::/8'],
    compile: (operand) => {
      // One list for each family: a list of Node's looks for IPv4 addresses among networks of IPv6, too.
      const networks = { ipv4: new BlockList(), ipv6: new BlockList() };
      for (const item of listed(operand as string | string[])) {
        const network = readNetwork(item);
        if (network === undefined) return `'${item}' must be a network such as 10.0.0.0/8, or an address`;
        networks[network.family].addSubnet(network.address, network.bits, network.family);
      }
      return (value) => {
        const address = typeof value === 'string' ? readAddress(value) : undefined;
        if (address === undefined) return UNKNOWN;
        return truthOf(networks[address.family].check(address.address, address.family));
      };
    },
  },
];
