import { readFileSync } from 'node:fs';
import { isJsonObject, type JsonObject } from '../../call/json.js';
import { harmless } from '../scan/harmless.js';
import { UnusableInput } from './unusable-input.js';

/**
 * The objects of a file with one JSON object a line; empty lines are passed over.
 *
 * @throws UnusableInput naming the line, and quoting nothing of it.
 */
export function* readJsonLines(file: string): Generator<JsonObject> {
  for (const [index, line] of readText(file).split('\n').entries()) {
    if (line.trim() === '') continue;
    const value = parse(line);
    if (!isJsonObject(value)) throw new UnusableInput(`${harmless(file)}:${index + 1}: is no JSON object on one line`);
    yield value;
  }
}

/**
 * The text of a file.
 *
 * @throws UnusableInput where it cannot be read.
 */
export function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8').replace(/^\ufeff/, '');
  } catch (fault) {
    const { code } = fault as NodeJS.ErrnoException;
    const why = code === 'ENOENT' ? 'there is no such file' : `cannot be read (${code ?? 'unknown fault'})`;
    throw new UnusableInput(`${harmless(file)}: ${why}`, { cause: fault });
  }
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
