import { z } from 'zod';
import type { JsonObject } from '../../call/json.js';
import { configSchema } from './schema.js';

/** The JSON Schema (draft 2020-12) of the proxy's configuration, for editors that complete and check. */
export function proxyConfigJsonSchema(): JsonObject {
  return {
    title: 'mcp-governance proxy configuration',
    description: 'What stands behind the proxy, and how it is governed. Loading checks more than this schema can say.',
    ...z.toJSONSchema(configSchema, { io: 'input', unrepresentable: 'any' }),
  };
}
