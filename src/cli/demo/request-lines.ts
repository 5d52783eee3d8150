import { pathOf } from '../../connection/controlplane-client.js';
import type { Endpoint } from '../../wire/endpoint.js';
import type { AdministratorRequest } from './administrator.js';

/** Most characters of a line. */
const LONGEST = 90;

/** A request as curl sends it, line by line, with the key in the shell's environment. */
export function toCurl(url: string, endpoint: Endpoint, request: AdministratorRequest): readonly string[] {
  const body = JSON.stringify(request.body, null, 2).split('\n');
  return [
    `curl -X ${endpoint.method} ${url}${pathOf(endpoint, request)} \\`,
    '  -H "Authorization: Bearer $WAXELL_API_KEY" \\',
    '  -H "Content-Type: application/json" \\',
    ...body.map((line, at) => `${at === 0 ? "  -d '" : '  '}${line}${at === body.length - 1 ? "'" : ''}`),
  ];
}

/** A request in short: method, path and body, on one line where that is not too long. */
export function toRequest(endpoint: Endpoint, request: AdministratorRequest): readonly string[] {
  const line = `${endpoint.method} ${pathOf(endpoint, request)}`;
  if (request.body === undefined) return [line];
  const body = toShortJson(request.body);
  return line.length + body.length < LONGEST ? [`${line} ${body}`] : [line, body];
}

/** JSON on one line, with spaces that a page can break it at. */
export function toShortJson(value: object): string {
  const lines = JSON.stringify(value, null, 1);
  return lines
    .replace(/([[{])\n */g, '$1')
    .replace(/\n *([\]}])/g, '$1')
    .replace(/\n */g, ' ');
}
