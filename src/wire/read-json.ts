/** What comes over the wire is read as strictly as everything else that comes from outside. */
export { JsonError, MAX_JSON_DEPTH, parseJson } from '../call/read-json.js';
