import { expect, test } from '@jest/globals';
import type { HostRequest, Middleware } from '../../src/call/host-request.js';
import { GovernanceMiddleware } from '../../src/governance-middleware.js';
import { fakeCall } from '../../src/testing/index.js';

test('a middleware needs no part at all, and the governance middleware has all four', () => {
  const none: Middleware = {};
  const all: Required<Middleware> = new GovernanceMiddleware({}, { env: {} });
  expect(Object.keys(none)).toEqual([]);
  for (const part of ['onCallTool', 'onListTools', 'onCallNotification', 'onTaskResult'] as const) {
    expect(typeof all[part]).toBe('function');
  }
});

test('a middleware may pass on other arguments and change the result', async () => {
  const shout: Middleware = {
    onCallTool: async (context, next) => `${String(await next({ ...context, arguments: { q: 'b' } }))}!`,
  };
  const result = await shout.onCallTool?.(fakeCall('echo', { q: 'a' }), async ({ arguments: { q } }) => q);
  expect(result).toBe('b!');
});

test('a request names everything a host may know, known or not', () => {
  const nothing: HostRequest = {
    door: 'middleware',
    sessionId: undefined,
    meta: undefined,
    signal: undefined,
    auth: undefined,
    client: undefined,
    transport: undefined,
  };
  expect(Object.keys(fakeCall('any').request).sort()).toEqual(Object.keys(nothing).sort());
});
