import { expect, test } from '@jest/globals';
import { fakeCall } from '../../src/testing/index.js';

test('makes up what it is not told', () => {
  expect(fakeCall('search')).toMatchObject({
    tool: 'search',
    arguments: {},
    server: 'fake-server',
    definition: undefined,
    request: { door: 'middleware', client: { name: 'fake-client' }, transport: 'pipe' },
  });
});

test('takes what it is told, part by part', () => {
  const definition = { tagged: {} };
  const call = fakeCall('search', { q: 1 }, { server: 'docs', definition, request: { sessionId: 's', door: 'proxy' } });
  expect(call).toMatchObject({ server: 'docs', arguments: { q: 1 }, definition });
  expect(call.request).toMatchObject({ sessionId: 's', door: 'proxy', transport: 'pipe' });
});
