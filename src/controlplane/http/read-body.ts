import { MAX_JSON_DEPTH } from '../../call/json.js';
import { JsonError, parseJson } from '../../wire/read-json.js';
import { Problem } from './problem.js';

/** What a body is told that cannot be read; the words are part of the interface. */
const PROBLEMS: Readonly<Record<JsonError['reason'], string>> = {
  invalid: 'The body is no valid JSON.',
  too_deep: `The body is nested more than ${MAX_JSON_DEPTH} deep.`,
  ambiguous: 'The body has two members of the same name in one object.',
};

/**
 * Reads JSON that came from outside.
 *
 * @throws Problem for what is no JSON, nested too deeply, or ambiguous.
 */
export function readJson(text: string): unknown {
  try {
    return parseJson(text);
  } catch (fault) {
    if (fault instanceof JsonError) throw new Problem('invalid_request', PROBLEMS[fault.reason]);
    throw fault;
  }
}
