import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { gzipSync } from 'node:zlib';
import { ENDPOINTS } from '../../../src/wire/endpoints.js';
import { type Ask, DATABASES, startService, type TestDatabase, type TestService } from '../service.js';

const deep = (levels: number): string => `${'['.repeat(levels)}${']'.repeat(levels)}`;

/** Bodies that nobody should send. */
const BODIES: Record<string, string> = {
  empty: '',
  'no json': '{',
  'two values': '{}{}',
  html: '<html></html>',
  null: 'null',
  'a list': '[]',
  'a text': '"x"',
  'a number': '1e999',
  'a hundred thousand levels': deep(100_000),
  'levels in a field': `{"metadata":${deep(5000)}}`,
  prototype: '{"__proto__":{"role":"admin"},"constructor":{"prototype":{}}}',
  'a null byte':
    '{"name":"a\\u0000b","role":"viewer","workflow_name":"mcp:\\u0000:b","action":"block","text":"\\u0000"}',
  'half a pair': '{"name":"\\ud800","role":"viewer","workflow_name":"mcp:\\ud800:b","action":"block"}',
  injection: `{"name":"'; DROP TABLE policies; --","role":"' OR 1=1 --","workflow_name":"'; DROP TABLE policies; --"}`,
  gzip: gzipSync('{"workflow_name":"mcp:a:b"}').toString('latin1'),
  'many fields': JSON.stringify(Object.fromEntries(Array.from({ length: 20_000 }, (_, index) => [`f${index}`, 1]))),
};

describe.each(DATABASES)('hostile requests on %s', (_name, make) => {
  let database: TestDatabase;
  let service: TestService;
  let ask: Ask;
  beforeAll(async () => {
    database = await make();
    service = await startService(database.url);
    ask = service.ask;
  });
  afterAll(async () => {
    await service.stop();
    await database.drop();
  });

  test.each(Object.keys(BODIES))('%s: refused by every endpoint that takes a body, and never a fault', async (name) => {
    const endpoints = ENDPOINTS.filter(({ body, roles }) => body !== undefined && roles !== 'public');
    await Promise.all(
      endpoints.map(async ({ method, path }) => {
        const url = path.replaceAll(/\{\w+\}/g, 'x');
        const answer = await ask(method, url, BODIES[name], { 'content-type': 'application/json' });
        expect([path, answer.status >= 400 && answer.status < 500]).toEqual([path, true]);
        const text = expect.any(String);
        expect(answer.body).toMatchObject({ error: text, message: text, request_id: text });
        expect(answer.body.message).not.toMatch(/DROP|1=1/);
      }),
    );
  });

  test('names in the path and the query never reach the database as anything but values', async () => {
    const names = [
      "'; DROP TABLE policies; --",
      '\u0000',
      '%',
      '_',
      '"',
      '../..',
      '\ud7ff',
      'x'.repeat(1500),
      '*',
      '__proto__',
    ];
    for (const { method, path } of ENDPOINTS) {
      if (!path.includes('{') || method !== 'GET') continue;
      for (const name of names) {
        const answer = await ask(method, path.replaceAll(/\{\w+\}/g, encodeURIComponent(name)));
        expect([path, name, answer.status >= 400 && answer.status < 500]).toEqual([path, name, true]);
      }
    }
    for (const query of [
      'cursor=%00',
      "category='--",
      'limit=1e9',
      'limit=-1',
      'limit=1&limit=2',
      'x[y]=1',
      '%E0%A4%A',
    ]) {
      const { status } = await ask('GET', `/waxell/v1/policies/?${query}`);
      expect([query, status === 200 || status === 400]).toEqual([query, true]);
    }
    expect((await ask('GET', '/%E0%A4%A')).body.error).toBe('invalid_request');
    expect((await ask('GET', '/waxell/v1/policies/')).status).toBe(200);
  });

  test('more than 1 MiB is not read, and no other media type is', async () => {
    const big = JSON.stringify({ workflow_name: 'mcp:a:b', arguments: { text: 'x'.repeat(1024 * 1024) } });
    expect((await ask('POST', '/api/v1/observe/policy-check/', big)).body.error).toBe('body_too_large');
    const form = await ask('POST', '/api/v1/observe/policy-check/', 'a=b', {
      'content-type': 'application/x-www-form-urlencoded',
    });
    expect([form.status, form.body.error]).toEqual([415, 'unsupported_media_type']);
    expect((await ask('GET', '/nothing')).body.error).toBe('not_found');
  });

  test('arguments are judged as they are, whatever their names', async () => {
    await ask('POST', '/waxell/v1/policies/', {
      workflow_name: 'mcp:h:t',
      action: 'block',
      conditions: { param_eq: { constructor: 'x' } },
    });
    const body = '{"workflow_name":"mcp:h:t","arguments":{"__proto__":{"a":1},"constructor":"x"}}';
    expect((await ask('POST', '/api/v1/observe/policy-check/', body)).body.action).toBe('block');
    const without = '{"workflow_name":"mcp:h:t","arguments":{"__proto__":{"constructor":"x"}}}';
    expect((await ask('POST', '/api/v1/observe/policy-check/', without)).body.action).toBe('allow');
  });
});
