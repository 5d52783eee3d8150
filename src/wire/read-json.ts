/** Deeper than anything on the wire has to be, and far from the end of the stack. */
export const MAX_JSON_DEPTH = 100;

/** What came is no JSON, or nested too deeply. */
export class JsonError extends Error {
  /** @param reason - For people; it quotes nothing of what came. */
  constructor(readonly reason: 'too_deep' | 'invalid') {
    super(reason === 'too_deep' ? `nested more than ${MAX_JSON_DEPTH} deep` : 'no valid JSON');
    this.name = 'JsonError';
  }
}

/**
 * Reads JSON that came from outside.
 *
 * `JSON.parse` takes a million levels that nothing behind it could walk; those are refused here.
 *
 * @throws JsonError for what is no JSON, or nested too deeply.
 */
export function parseJson(text: string): unknown {
  if (isTooDeep(text)) throw new JsonError('too_deep');
  try {
    return JSON.parse(text);
  } catch {
    throw new JsonError('invalid');
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
      if (++depth > MAX_JSON_DEPTH) return true;
    } else if (character === 0x5d || character === 0x7d) depth--;
  }
  return false;
}
