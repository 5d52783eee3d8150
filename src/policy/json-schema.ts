import { z } from 'zod';
import type { JsonObject } from '../call/json.js';
import { documentSchema } from './document-schema.js';

/** The JSON Schema (draft 2020-12) of policy documents, for editors that complete and check; both spellings are in it. */
export function policyJsonSchema(): JsonObject {
  return {
    title: 'mcp-governance policy',
    description: 'Decides which tool calls may run. Loading checks more than this schema can say.',
    ...z.toJSONSchema(documentSchema, { io: 'input', unrepresentable: 'any' }),
  };
}
