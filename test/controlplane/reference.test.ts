import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { execFile, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import { root } from '../cli/run.js';
import { libsqlDatabase, startService, type TestDatabase, type TestService } from './service.js';

const hasCurl = spawnSync('curl', ['--version']).status === 0;
let database: TestDatabase;
let service: TestService;
beforeAll(async () => {
  database = await libsqlDatabase();
  service = await startService(database.url);
});
afterAll(async () => {
  await service.stop();
  await database.drop();
});

(hasCurl ? test : test.skip)("the reference's request works as it is printed, with our host and key", async () => {
  const page = readFileSync(join(root, 'docs/reference/http-api.md'), 'utf8');
  const printed = /```sh\n(curl -X POST [\s\S]*?)```/.exec(page)![1]!;
  expect(printed).toContain('"workflow_name": "mcp:filesystem:write_file"');
  const { key } = await service.controlplane.createKey('ann', 'editor');
  const command = printed.replace('http://127.0.0.1:8787', service.url);
  const env = { ...process.env, WAXELL_API_KEY: key };
  const { stdout } = await promisify(execFile)('sh', ['-c', command], { env });
  expect(JSON.parse(stdout)).toMatchObject({
    workflow_name: 'mcp:filesystem:write_file',
    action: 'block',
    reason: 'File writes require approval',
    category: 'scope',
    created_by: 'ann',
    status: 'active',
  });
  const check = { workflow_name: 'mcp:filesystem:write_file' };
  const { body } = await service.ask('POST', '/api/v1/observe/policy-check/', check);
  expect(body).toMatchObject({ action: 'block', decision: 'block', reason: 'File writes require approval' });
});
