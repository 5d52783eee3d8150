import { isIPv6 } from 'node:net';
import { domainToASCII } from 'node:url';
import { isGlob } from '../../call/glob.js';

/** Parsers drop signs like these, each in its own way; and `good.test\@evil.test` leads some here and some there. */
const DISPUTED = /[\s\p{Cc}]|\\.*@/u;

/** The host of a URL, in lower case and without a dot at its end; undefined for what is no URL with a host. */
export function readHost(text: string): string | undefined {
  if (DISPUTED.test(text) || !URL.canParse(text)) return undefined;
  const host = withoutDot(new URL(text).hostname.toLowerCase());
  return host === '' ? undefined : host;
}

/** A host name or glob as a policy writes it, spelled as `readHost` spells hosts; undefined where it is neither. */
export function readHostPattern(text: string): string | undefined {
  const bare = /^\[.*\]$/.test(text) && isIPv6(text.slice(1, -1)) ? text.slice(1, -1) : text;
  if (isIPv6(bare)) return bare.includes('%') ? undefined : new URL(`http://[${bare}]`).hostname;
  if (/[/:@\\\s\p{Cc}]/u.test(bare)) return undefined;
  const lower = withoutDot(bare.toLowerCase());
  if (isGlob(lower)) return lower;
  const ascii = domainToASCII(lower);
  return ascii === '' ? undefined : ascii;
}

function withoutDot(host: string): string {
  return host.endsWith('.') ? host.slice(0, -1) : host;
}
