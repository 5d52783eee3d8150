import { describe, expect, test } from '@jest/globals';
import type { HostRequest } from '../../src/call/host-request.js';
import { identifyCaller, NOBODY, toPrincipal } from '../../src/enforcement/identify.js';
import { fakeCall } from '../../src/testing/index.js';

const request = (over: Partial<HostRequest>): HostRequest => ({
  ...fakeCall('any').request,
  client: undefined,
  ...over,
});

describe('identifyCaller', () => {
  test('knows nobody where nothing is known', () => {
    expect(identifyCaller(request({}))).toBe(NOBODY);
    expect(NOBODY).toEqual({ agent: '', user: '', attributes: {}, selfDeclared: true });
  });

  test('takes a client at its word, and says that it is only that', () => {
    expect(identifyCaller(request({ client: { name: 'ide', version: '2' } }))).toEqual({
      agent: 'ide',
      user: '',
      attributes: { clientVersion: '2' },
      selfDeclared: true,
    });
    expect(identifyCaller(request({ client: { name: 5 as never } })).agent).toBe('5');
    expect(identifyCaller(request({ client: { name: {} as never } })).agent).toBe('');
  });

  test('what the host has authenticated goes before what the client says', () => {
    const auth = { clientId: 'bot', token: 'secret', scopes: ['read'], extra: { sub: 'kim', tenant: 't-1' } };
    const principal = identifyCaller(request({ auth, client: { name: 'root' } }));
    expect(principal).toMatchObject({ agent: 'bot', user: 'kim', selfDeclared: false });
    expect(principal.attributes).toMatchObject({ scopes: ['read'], tenant: 't-1' });
  });

  test.each([
    [{ user: 'kim' }, '', 'kim'],
    [{ userId: 7, id: 'other' }, '', '7'],
    [{ id: 'u-1', agent: 'bot' }, 'bot', 'u-1'],
    [{ email: 'kim@example.com', client_id: 'app' }, 'app', 'kim@example.com'],
    [{ user: { id: 'nested' }, sub: 'kim' }, '', 'kim'],
    [{ clientId: 'app', extra: { agentName: 'bot', userId: 'kim' } }, 'bot', 'kim'],
    [{}, '', ''],
  ])('reads a session: %j', (auth, agent, user) => {
    expect(identifyCaller(request({ auth }))).toMatchObject({ agent, user, selfDeclared: false });
  });

  test('keeps no token, whatever it is called', () => {
    const tokens = { token: 's1', accessToken: 's2', refreshToken: 's3', idToken: 's4' };
    for (const auth of [tokens, { extra: tokens }]) {
      expect(JSON.stringify(identifyCaller(request({ auth })))).not.toMatch(/s[1-4]/);
    }
  });

  test('is the same principal for the same session', () => {
    const auth = { userId: 'kim' };
    expect(identifyCaller(request({ auth }))).toBe(identifyCaller(request({ auth })));
    expect(identifyCaller(request({ auth: { userId: 'kim' } }))).not.toBe(identifyCaller(request({ auth })));
  });
});

describe('toPrincipal', () => {
  test('fills in what a user leaves out, and trusts what is there', () => {
    expect(toPrincipal({})).toEqual({ agent: '', user: '', attributes: {}, selfDeclared: false });
    const whole = { agent: 'a', user: 'u', attributes: { role: 'admin' }, selfDeclared: true };
    expect(toPrincipal(whole)).toEqual(whole);
    expect(toPrincipal({ agent: {}, user: 5, attributes: [], selfDeclared: 'no' })).toEqual({
      agent: '',
      user: '5',
      attributes: {},
      selfDeclared: false,
    });
  });

  test.each([undefined, null, 'kim', 5, [], () => ({})])('refuses %p', (value) => {
    expect(() => toPrincipal(value)).toThrow(TypeError);
  });

  test('refuses a promise, which would make everybody the same nobody', () => {
    expect(() => toPrincipal(Promise.resolve({ user: 'kim' }))).toThrow(TypeError);
  });
});
