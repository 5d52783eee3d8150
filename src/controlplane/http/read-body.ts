import { Problem } from './problem.js';

/** Deeper than any body has to be, and far from the end of the stack. */
const MAX_DEPTH = 100;

/**
 * Reads JSON that came from outside.
 *
 * `JSON.parse` takes a million levels that nothing behind it could walk; those are refused here.
 *
 * @throws Problem for what is no JSON, or nested too deeply.
 */
export function readJson(text: string): unknown {
  if (isTooDeep(text)) throw new Problem('invalid_request', `The body is nested more than ${MAX_DEPTH} deep.`);
  try {
    return JSON.parse(text);
  } catch {
    throw new Problem('invalid_request', 'The body is no valid JSON.');
  }
}

/** True where brackets are nested too deeply, those in texts left out. */
function isTooDeep(text: string): boolean {
  let depth = 0;
  let quoted = false;
  for (let at = 0; at < text.length; at++) {
    const character = text.charCodeAt(at);
    if (quoted) {
      if (character === 0x5c) at++;
      else if (character === 0x22) quoted = false;
    } else if (character === 0x22) quoted = true;
    else if (character === 0x5b || character === 0x7b) {
      if (++depth > MAX_DEPTH) return true;
    } else if (character === 0x5d || character === 0x7d) depth--;
  }
  return false;
}
