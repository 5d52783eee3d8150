import { resolve } from 'node:path';
import { type Place, placeAt } from '../../policy/loading/place.js';
import type { Problems } from '../../policy/loading/problems.js';
import type { UpstreamOptions } from '../options.js';
import { present } from './present.js';
import type { WrittenServer } from './schema.js';

const OF_COMMANDS = ['args', 'env', 'cwd', 'restart'] as const;

/** How a server is started or reached; what cannot go together is a problem. */
export function readTarget(
  { command, url, args = [], env, cwd, headers, ...others }: WrittenServer,
  folder: string,
  place: Place,
  problems: Problems,
): UpstreamOptions['target'] {
  if ((command === undefined) === (url === undefined)) {
    problems.add(place, command === undefined ? 'needs a command, or a url' : 'has a command and a url: write one');
  }
  if (url === undefined) {
    if (headers !== undefined) problems.add(placeAt(place, 'headers'), 'belongs to a url', 'key');
    if (command?.includes('\0') === true)
      problems.add(placeAt(place, 'command'), 'holds a character that none can hold');
    const started = present({ env, cwd: cwd === undefined ? undefined : resolve(folder, cwd) });
    return { kind: 'stdio', command: command ?? '', args, ...started };
  }
  const given = { args: args.length > 0 ? args : undefined, env, cwd, ...others };
  for (const key of OF_COMMANDS) {
    if (given[key] !== undefined) problems.add(placeAt(place, key), 'belongs to a command', 'key');
  }
  const address = URL.canParse(url) ? new URL(url) : undefined;
  if (address === undefined || !['http:', 'https:'].includes(address.protocol)) {
    problems.add(placeAt(place, 'url'), 'must begin with http:// or https://');
  } else if (address.username !== '' || address.password !== '') {
    problems.add(placeAt(place, 'url'), 'holds a user or a password: credentials belong into headers');
  }
  return { kind: 'http', url, ...present({ headers }) };
}
