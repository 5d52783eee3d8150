import fc from 'fast-check';
import type { JsonObject } from '../../src/call/json.js';
import type { ToolCall } from '../../src/call/tool-call.js';

/** A call of `search` by a known agent; what is given goes before. */
export function toolCall(over: Partial<ToolCall> = {}): ToolCall {
  return {
    door: 'middleware',
    server: 'documents',
    tool: 'search',
    arguments: { query: 'cats' },
    principal: { agent: 'agent-1', user: 'user-1', attributes: {}, selfDeclared: false },
    sessionId: 'session-1',
    meta: undefined,
    definition: undefined,
    signal: undefined,
    ...over,
  };
}

/** Any JSON value as `JSON.parse` makes it: with `__proto__` as a plain key, without -0. */
export const json: fc.Arbitrary<unknown> = fc
  .jsonValue({ maxDepth: 4 })
  .map((value) => JSON.parse(JSON.stringify(value)));

/** Any JSON object, `__proto__` and `toJSON` among its keys. */
export const jsonObject: fc.Arbitrary<JsonObject> = fc
  .array(fc.tuple(fc.oneof(fc.string(), fc.constantFrom('__proto__', 'toJSON', 'constructor')), json), { maxLength: 6 })
  .map((members) => JSON.parse(`{${members.map(([k, v]) => `${JSON.stringify(k)}:${JSON.stringify(v)}`).join(',')}}`));
