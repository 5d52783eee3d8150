import { MAX_JSON_DEPTH } from '../call/json.js';

const REASONS = {
  invalid: 'no valid JSON',
  too_deep: `nested more than ${MAX_JSON_DEPTH} deep`,
  ambiguous: 'ambiguous: an object in it has two members of the same name',
} as const;

/** What came is no JSON, nested too deeply, or ambiguous; the text quotes nothing of it. */
export class JsonError extends Error {
  readonly reason: keyof typeof REASONS;

  constructor(reason: keyof typeof REASONS) {
    super(REASONS[reason]);
    this.name = 'JsonError';
    this.reason = reason;
  }
}

/**
 * Reads JSON that came from outside.
 *
 * `JSON.parse` takes a million levels that nothing behind it could walk, and of two members of one name the last: what
 * another reader of the same text would judge otherwise. Both are refused here.
 *
 * @throws JsonError for what is no JSON, nested too deeply, or ambiguous.
 */
export function parseJson(text: string): unknown {
  const written = countMembers(text);
  const value = parse(text);
  if (written !== membersOf(value)) throw new JsonError('ambiguous');
  return value;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new JsonError('invalid');
  }
}

/** How many members objects have as they are written: outside of strings, each has one colon. */
function countMembers(text: string): number {
  let depth = 0;
  let members = 0;
  let quoted = false;
  for (let at = 0; at < text.length; at++) {
    const character = text.charCodeAt(at);
    if (quoted) {
      if (character === 0x5c) at++;
      else if (character === 0x22) quoted = false;
    } else if (character === 0x22) quoted = true;
    else if (character === 0x3a) members++;
    else if (character === 0x5b || character === 0x7b) {
      if (++depth > MAX_JSON_DEPTH) throw new JsonError('too_deep');
    } else if (character === 0x5d || character === 0x7d) depth--;
  }
  return members;
}

/** How many members objects have as they were read. */
function membersOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  const within: unknown[] = Array.isArray(value) ? value : Object.values(value);
  let members = Array.isArray(value) ? 0 : within.length;
  for (const each of within) members += membersOf(each);
  return members;
}
