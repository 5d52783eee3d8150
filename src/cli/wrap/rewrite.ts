import { applyEdits, type Edit } from 'jsonc-parser';
import { nearest } from '../../errors/config-error.js';
import { pathText } from '../../policy/loading/place.js';
import { UsageError } from '../command.js';
import { UnusableInput } from '../policy/unusable-input.js';
import { harmless } from '../scan/harmless.js';
import { parseConfig, positionOf, readClientConfig, type ServerEntry } from './client-config.js';
import { proxyHead, type Wrapping } from './proxy-command.js';
import { readServer } from './server-shape.js';
import { shownPath } from './shown-path.js';
import { unwrapEntry } from './unwrap-entry.js';
import { wrapEntry } from './wrap-entry.js';

/** What becomes of one server. */
export interface Fate {
  readonly entry: ServerEntry;
  readonly fate: 'wrapped' | 'unwrapped' | 'left';
  readonly why: string;
}

/** A configuration rewritten: what changes in its text, and what becomes of each server. */
export interface Rewriting {
  readonly text: string;
  readonly edits: readonly Edit[];
  readonly fates: readonly Fate[];
}

/**
 * Puts servers behind the proxy.
 *
 * @param only - Names of servers; empty: all of them.
 * @throws UnusableInput where one of them cannot be: half a configuration must not pass for a governed one.
 */
export function wrapConfig(text: string, file: string, only: readonly string[], wrapping: Wrapping): Rewriting {
  return rewrite(text, file, only, (entry) => {
    const shape = readServer(entry.text);
    if (shape.kind === 'unknown') return { why: shape.why };
    if (shape.kind === 'disabled') return left(entry, 'is disabled: wrap it when it is not');
    if (shape.kind === 'wrapped' || shape.kind === 'proxy') return left(entry, 'is behind the proxy already');
    if (entry.name === '') return { why: 'has no name' };
    const content = wrapEntry(entry.text, proxyHead(entry.name, wrapping));
    return { content, fate: { entry, fate: 'wrapped', why: shape.kind === 'remote' ? 'a remote server' : '' } };
  });
}

/**
 * Takes servers out from behind the proxy.
 *
 * @param only - Names of servers; empty: all of them.
 * @param earlier - The file as it was at other times: what a server was before it was wrapped.
 * @throws UnusableInput where what one of them was cannot be told.
 */
export function unwrapConfig(
  text: string,
  file: string,
  only: readonly string[],
  earlier: readonly string[],
): Rewriting {
  const before = earlier.flatMap((each) => readEarlier(each));
  return rewrite(text, file, only, (entry) => {
    const shape = readServer(entry.text);
    if (shape.kind === 'proxy') return left(entry, 'starts the proxy with options that wrap does not write');
    if (shape.kind !== 'wrapped') return left(entry, 'is not behind the proxy');
    const same = before.filter(({ path }) => pathText(path) === pathText(entry.path));
    const content = unwrapEntry(
      entry.text,
      same.map((each) => each.text),
    );
    if (typeof content !== 'string') return content;
    return { content, fate: { entry, fate: 'unwrapped', why: '' } };
  });
}

type Step = { readonly content?: string; readonly fate: Fate } | { readonly why: string };

function rewrite(text: string, file: string, only: readonly string[], step: (entry: ServerEntry) => Step): Rewriting {
  const all = readClientConfig(text, file);
  const names = all.map(({ name }) => name);
  for (const name of only) {
    if (names.includes(name)) continue;
    const near = nearest(name, names);
    throw new UsageError(
      `there is no server '${shownPath([name])}'.${near === '' ? '' : ` Did you mean '${shownPath([near])}'?`}`,
    );
  }
  const refused: string[] = [];
  const edits: Edit[] = [];
  const fates: Fate[] = [];
  for (const entry of all.filter(({ name }) => only.length === 0 || only.includes(name))) {
    const done = step(entry);
    if (!('fate' in done)) {
      const { line, column } = positionOf(text, entry.offset);
      refused.push(`${harmless(file)}:${line}:${column}: ${shownPath(entry.path)}: ${done.why}`);
      continue;
    }
    fates.push(done.fate);
    const { content } = done;
    if (content === undefined || content === entry.text) continue;
    edits.push({ offset: entry.offset, length: entry.text.length, content });
  }
  if (refused.length > 0) {
    throw new UnusableInput(`${refused.join('\n')}\nNothing was changed. Name the others with --server to leave these`);
  }
  const rewritten = applyEdits(text, edits);
  parseConfig(rewritten, file);
  return { text: rewritten, edits, fates };
}

function left(entry: ServerEntry, why: string): Step {
  return { fate: { entry, fate: 'left', why } };
}

/** A copy that is no configuration any more tells nothing. */
function readEarlier(text: string): readonly ServerEntry[] {
  try {
    return readClientConfig(text, 'backup');
  } catch (fault) {
    if (fault instanceof UnusableInput) return [];
    throw fault;
  }
}
