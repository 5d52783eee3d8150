import { expect, test } from '@jest/globals';
import { toCurl, toRequest } from '../../../src/cli/demo/request-lines.js';
import { createPolicy } from '../../../src/wire/policies.js';
import { replaceTools } from '../../../src/wire/servers.js';

const BODY = {
  workflow_name: 'mcp:filesystem:write_file',
  action: 'block',
  reason: 'File writes require approval',
  category: 'scope',
};

test('a request is shown as people type it', () => {
  expect(toCurl('http://127.0.0.1:8787', createPolicy, { body: BODY }).join('\n')).toBe(
    String.raw`curl -X POST http://127.0.0.1:8787/waxell/v1/policies/ \
  -H "Authorization: Bearer $WAXELL_API_KEY" \
  -H "Content-Type: application/json" \
  -d '{
    "workflow_name": "mcp:filesystem:write_file",
    "action": "block",
    "reason": "File writes require approval",
    "category": "scope"
  }'`,
  );
});

test('or in short, on two lines where one would be too long', () => {
  const params = { server: 'files' };
  expect(toRequest(replaceTools, { params, body: { tools: [{ name: '*', action: 'allow' }] } })).toEqual([
    'PUT /api/v1/servers/files/tools {"tools": [{"name": "*", "action": "allow"}]}',
  ]);
  expect(toRequest(createPolicy, { body: BODY })).toHaveLength(2);
});
