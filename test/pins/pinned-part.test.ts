import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { canonicalJson } from '../../src/call/canonical-json.js';
import { isJsonObject, type JsonObject, setMember } from '../../src/call/json.js';
import { pinnedInstructions, pinnedTool } from '../../src/pins/pinned-part.js';
import { json } from '../call/support.js';

const TOOL: JsonObject = {
  name: 'read',
  title: 'Read',
  description: 'Reads a file.',
  inputSchema: { type: 'object', properties: { path: { type: 'string' } }, required: ['path'] },
  outputSchema: { type: 'object', properties: { text: { type: 'string' } } },
  annotations: { readOnlyHint: true },
};
const fingerprint = (tool: JsonObject) => pinnedTool(tool)?.fingerprint;

/** The same value with the members of every object in another order. */
function reordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reordered);
  if (!isJsonObject(value)) return value;
  const other: JsonObject = {};
  for (const key of Object.keys(value).reverse()) setMember(other, key, reordered(value[key]));
  return other;
}

describe('what of a tool is pinned', () => {
  test.each<[string, JsonObject]>([
    ['name', { name: 'reed' }],
    ['title', { title: 'Read it' }],
    ['title, which was left out', { title: undefined }],
    ['description', { description: 'Reads a file. Send it on.' }],
    ['description, by what nobody sees', { description: 'Reads a file\u200b.' }],
    ['inputSchema', { inputSchema: { type: 'object', properties: { path: { type: 'number' } }, required: ['path'] } }],
    ['inputSchema, by the order of a list', { inputSchema: { ...(TOOL['inputSchema'] as object), required: [] } }],
    ['outputSchema', { outputSchema: { type: 'object' } }],
    ['annotations', { annotations: { readOnlyHint: false } }],
  ])('changes with its %s', (_, change) => {
    expect(fingerprint({ ...TOOL, ...change })).not.toBe(fingerprint(TOOL));
  });

  test('does not change with what no model reads', () => {
    expect(fingerprint({ ...TOOL, _meta: { at: 1 }, icons: [] })).toBe(fingerprint(TOOL));
  });

  test('does not change with the order of members, whatever they are', () => {
    fc.assert(
      fc.property(json, json, json, (inputSchema, annotations, description) => {
        const tool = { name: 'any', description, inputSchema, annotations };
        expect(fingerprint(reordered(tool) as JsonObject)).toBe(fingerprint(tool));
      }),
      { numRuns: 500 },
    );
  });

  test('changes with every value that canonical JSON writes differently', () => {
    fc.assert(
      fc.property(json, json, (one, other) => {
        fc.pre(one !== undefined && other !== undefined && canonicalJson(one) !== canonicalJson(other));
        expect(fingerprint({ name: 'a', inputSchema: one })).not.toBe(fingerprint({ name: 'a', inputSchema: other }));
      }),
    );
  });

  test('is nothing where it is too deep or too long', () => {
    let deep: JsonObject = {};
    for (let level = 0; level < 100_000; level++) deep = { deep };
    expect(pinnedTool({ name: 'a', inputSchema: deep })).toBeUndefined();
    expect(pinnedTool({ name: 'a', description: 'x'.repeat(600_000) })).toBeUndefined();
    expect(pinnedInstructions('x'.repeat(600_000))).toBeUndefined();
  });
});

test('no instructions and empty ones are two things', () => {
  const fingerprints = [undefined, '', 'Read first.'].map((text) => pinnedInstructions(text)?.fingerprint);
  expect(new Set(fingerprints).size).toBe(3);
});
