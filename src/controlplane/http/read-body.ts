import { JsonError, MAX_JSON_DEPTH, parseJson } from '../../wire/read-json.js';
import { Problem } from './problem.js';

/**
 * Reads JSON that came from outside.
 *
 * @throws Problem for what is no JSON, or nested too deeply.
 */
export function readJson(text: string): unknown {
  try {
    return parseJson(text);
  } catch (fault) {
    const tooDeep = fault instanceof JsonError && fault.reason === 'too_deep';
    throw new Problem(
      'invalid_request',
      tooDeep ? `The body is nested more than ${MAX_JSON_DEPTH} deep.` : 'The body is no valid JSON.',
    );
  }
}
