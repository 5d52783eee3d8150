// Files of docs/ that are generated as a whole, by their paths; the built package says what stands in them.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { httpApi } from './http-api.mjs';

/** Path -> what makes its text. */
export const GENERATED_FILES = {
  'docs/reference/policy.schema.json': async (dist) => {
    const { policyJsonSchema } = await import(pathToFileURL(join(dist, 'policy/json-schema.js')).href);
    return JSON.stringify(policyJsonSchema(), null, 2);
  },
  'docs/reference/proxy-config.schema.json': async (dist) => {
    const { proxyConfigJsonSchema } = await import(pathToFileURL(join(dist, 'proxy/config/json-schema.js')).href);
    return JSON.stringify(proxyConfigJsonSchema(), null, 2);
  },
  'docs/reference/http-api.md': httpApi,
};
