import { existsSync } from 'node:fs';
import { UnusableInput } from '../policy/unusable-input.js';
import { harmless } from '../scan/harmless.js';
import type { Terminal } from '../terminal.js';
import { readClientConfig } from './client-config.js';
import { openConfigFile } from './config-file.js';
import { type KnownPlace, knownPlaces, type Surroundings } from './known-places.js';
import { readServer, type ServerShape } from './server-shape.js';
import { shownPath } from './shown-path.js';

/** Says what lies in the known places: each file, and how each of its servers stands to the proxy. */
export function writePlaces(surroundings: Surroundings, paint: Terminal['paint']): string {
  const places = knownPlaces(surroundings).filter(({ path }) => existsSync(path));
  const written = places.map((place) => writePlace(place, paint)).filter((text) => text !== '');
  if (written.length === 0) return 'No configuration of a client was found: name its file.\n';
  return `${written.join('')}Name the file to wrap or unwrap; --dry-run shows what would change.\n`;
}

function writePlace({ client, path }: KnownPlace, paint: Terminal['paint']): string {
  const head = `${paint('bold', harmless(path))}  (${client})\n`;
  try {
    const entries = readClientConfig(openConfigFile(path).text, path);
    const lines = entries.map((entry) => `  ${standing(readServer(entry.text))}  ${shownPath(entry.path)}\n`);
    return head + (lines.length === 0 ? '  no servers\n' : lines.join(''));
  } catch (fault) {
    if (!(fault instanceof UnusableInput)) throw fault;
    // Settings of an editor, say, that have nothing to do with servers.
    return fault.message.includes(': holds no servers') ? '' : `${head}  ${fault.message}\n`;
  }
}

function standing(shape: ServerShape): string {
  switch (shape.kind) {
    case 'wrapped':
    case 'proxy':
      return 'behind the proxy';
    case 'command':
    case 'remote':
      return 'not governed    ';
    case 'disabled':
      return 'disabled        ';
    case 'unknown':
      return 'cannot be read  ';
  }
}
