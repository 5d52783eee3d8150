import { expect, test } from '@jest/globals';
import { type DescribedTool, judgeTool } from '../../../src/policy/tools/judge-tool.js';

test.each<[DescribedTool, string]>([
  [{ name: 'read_file' }, 'reads'],
  [{ name: 'listDirectory' }, 'reads'],
  [{ name: 'anything', annotations: { readOnlyHint: true } }, 'reads'],
  [{ name: 'write_file', annotations: { readOnlyHint: true } }, 'writes'],
  [{ name: 'get_file', annotations: { destructiveHint: true } }, 'writes'],
  [{ name: 'frobnicate' }, 'writes'],
  [{ name: 'get_rows', inputSchema: { properties: { sql: {} } } }, 'writes'],
  [{ name: 'search_pages', inputSchema: { properties: { query: {} } } }, 'reads'],
  [{ name: 'deleteFile', annotations: { readOnlyHint: true } }, 'destroys'],
  [{ name: 'get_and_purge' }, 'destroys'],
  [{ name: 'get-env' }, 'reveals'],
  [{ name: 'listSecrets', annotations: { readOnlyHint: true } }, 'reveals'],
  [{ name: 'delete_secret' }, 'destroys'],
])('%j %s', (tool, effect) => {
  expect(judgeTool(tool)).toBe(effect);
});
