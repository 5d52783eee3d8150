import { createHmac, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { afterEach, describe, expect, test } from '@jest/globals';
import { createHttpInbound } from '../../../src/proxy/http/inbound/http-inbound.js';
import type { HttpInboundOptions } from '../../../src/proxy/http/inbound/options.js';
import { ManualClock } from '../../../src/testing/index.js';
import { begin, closeAll, closing, initialize, POST_HEADERS, raw, rpc, serve } from './support.js';

afterEach(closeAll);

const TOKEN = 'a-token-for-the-agent';
const RESOURCE = 'https://mcp.example.com/mcp';
const ISSUER = 'https://issuer.example.com';

async function near(options: HttpInboundOptions): Promise<{ url: string; seen: unknown[]; routed: unknown[] }> {
  const inbound = createHttpInbound(options);
  const [seen, routed]: unknown[][] = [[], []];
  inbound.onSession((peer, caller) => {
    seen?.push(caller);
    peer.start({
      onFrame: ({ message: { id } }, route) => {
        routed?.push(route?.auth);
        return peer.send({ text: undefined, message: { jsonrpc: '2.0', id, result: {} } }, route);
      },
      onClose: () => undefined,
    });
  });
  const { url } = await inbound.listen();
  closing(() => inbound.close());
  return { url, seen: seen ?? [], routed: routed ?? [] };
}

const asks = (url: string, authorization?: string) =>
  raw(url, {
    headers: { ...POST_HEADERS, ...(authorization === undefined ? {} : { authorization }) },
    body: initialize(),
  });

describe('bearer tokens', () => {
  test('say who calls, and go no further', async () => {
    const { url, seen, routed } = await near({ tokens: [{ name: 'billing-agent', token: TOKEN }] });
    expect((await asks(url, `Bearer ${TOKEN}`)).status).toBe(200);
    expect(seen).toEqual([{ clientId: 'billing-agent', scopes: [], extra: {} }]);
    expect(routed[0]).toBe(seen[0]);
    expect(JSON.stringify([seen, routed])).not.toContain(TOKEN);
  });

  test.each([
    ['none', undefined, false],
    ['another', 'Bearer another-token-entirely', true],
    ['the beginning of one', `Bearer ${TOKEN.slice(0, -1)}`, true],
    ['more than one', `Bearer ${TOKEN}x`, true],
    ['an empty one', 'Bearer ', false],
    ['another scheme', `Basic ${TOKEN}`, false],
    ['two', `Bearer ${TOKEN} ${TOKEN}`, false],
    ['one without end', `Bearer ${'x'.repeat(15_000)}`, true],
  ])('%s is refused', async (_title, authorization, isToken) => {
    const { url, seen } = await near({ tokens: [TOKEN] });
    const answer = await asks(url, authorization);
    expect([answer.status, answer.json.error?.code]).toEqual([401, -32000]);
    const error = isToken ? ', error="invalid_token"' : '';
    expect(answer.headers['www-authenticate']).toBe(`Bearer realm="mcp-governance"${error}`);
    expect(seen).toEqual([]);
  });

  test('are not read from the address', async () => {
    const { url } = await near({ tokens: [TOKEN] });
    expect((await raw(url, { path: `/mcp?access_token=${TOKEN}`, body: initialize() })).status).toBe(401);
  });
});

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const ed = generateKeyPairSync('ed25519');
const weak = generateKeyPairSync('rsa', { modulusLength: 1024 });
const jwk = (kid: string, { publicKey }: { publicKey: KeyObject }): object => ({
  ...publicKey.export({ format: 'jwk' }),
  kid,
});
const b64 = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

const clock = new ManualClock();
const now = Math.floor(clock.now() / 1000);
const CLAIMS = { iss: ISSUER, aud: RESOURCE, sub: 'ada', client_id: 'agent-7', scope: 'mcp:use other', exp: now + 300 };

function token(claims: object = {}, header: object = {}, key: KeyObject = rsa.privateKey): string {
  const head = { alg: 'RS256', typ: 'at+jwt', kid: 'rsa', ...header };
  const signed = `${b64(head)}.${b64({ ...CLAIMS, ...claims })}`;
  const isEd = key.asymmetricKeyType === 'ed25519';
  const signature = sign(isEd ? null : 'sha256', Buffer.from(signed), { key, dsaEncoding: 'ieee-p1363' });
  return `${signed}.${signature.toString('base64url')}`;
}

async function oauth(keys: object[] = [jwk('rsa', rsa), jwk('ec', ec), jwk('ed', ed), jwk('weak', weak)]) {
  const issuer = await serve((_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ keys }));
  });
  const found = await near({
    clock,
    oauth: { issuer: ISSUER, jwksUrl: issuer.url, resource: RESOURCE, scopes: ['mcp:use'] },
  });
  return { ...found, issuer, keys };
}

describe('access tokens', () => {
  test.each([
    ['RS256', token()],
    ['ES256', token({}, { alg: 'ES256', kid: 'ec' }, ec.privateKey)],
    ['EdDSA', token({}, { alg: 'EdDSA', kid: 'ed' }, ed.privateKey)],
    ['several audiences', token({ aud: ['https://other.example', RESOURCE] })],
    ['no key id', token({}, { kid: undefined })],
    ['just expired, by another clock', token({ exp: now - 30 })],
  ])('of the issuer are taken: %s', async (_title, bearer) => {
    const { url, seen } = await oauth();
    expect((await asks(url, `Bearer ${bearer}`)).status).toBe(200);
    expect(seen).toEqual([{ clientId: 'agent-7', scopes: ['mcp:use', 'other'], extra: { iss: ISSUER, sub: 'ada' } }]);
  });

  const parts = token().split('.');
  test.each([
    ['no token at all', 'not-a-token'],
    ['expired', token({ exp: now - 61 })],
    ['without an end', token({ exp: undefined })],
    ['not yet valid', token({ nbf: now + 61 })],
    ['of another issuer', token({ iss: 'https://evil.example' })],
    ['for another audience', token({ aud: 'https://other.example' })],
    ['for no audience', token({ aud: undefined })],
    ['an ID token', token({}, { typ: 'id+jwt' })],
    ['unsigned', `${b64({ alg: 'none' })}.${parts[1] ?? ''}.`],
    [
      'signed by another key',
      token({}, { kid: 'rsa' }, generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey),
    ],
    ['signed by a key of another kind', token({}, { alg: 'ES256', kid: 'rsa' })],
    ['signed by a weak key', token({}, { kid: 'weak' }, weak.privateKey)],
    ['with an extension that must be understood', token({}, { crit: ['b64'], b64: false })],
    ['changed', `${parts[0] ?? ''}.${b64({ ...CLAIMS, sub: 'root' })}.${parts[2] ?? ''}`],
    ['with the public key for a secret', hmac()],
    [
      'with two members of one name',
      `${b64({ alg: 'RS256' })}.${Buffer.from('{"iss":"a","iss":"b"}').toString('base64url')}.x`,
    ],
  ])('that are %s are refused', async (_title, bearer) => {
    const { url, seen } = await oauth();
    const answer = await asks(url, `Bearer ${bearer}`);
    expect([answer.status, answer.json.error?.code]).toEqual([401, -32000]);
    expect(answer.headers['www-authenticate']).toBe(
      'Bearer error="invalid_token", scope="mcp:use", ' +
        'resource_metadata="https://mcp.example.com/.well-known/oauth-protected-resource/mcp"',
    );
    expect(seen).toEqual([]);
  });

  test('without the scope are forbidden', async () => {
    const { url } = await oauth();
    const answer = await asks(url, `Bearer ${token({ scope: 'other' })}`);
    expect(answer.status).toBe(403);
    expect(answer.headers['www-authenticate']).toContain('error="insufficient_scope"');
  });

  test('may be renewed within a session, by nobody else', async () => {
    const { url, routed } = await oauth();
    const headers = await begin(url, { authorization: `Bearer ${token()}` });
    const renewed = { ...headers, authorization: `Bearer ${token({ exp: now + 600 })}` };
    expect((await raw(url, { headers: renewed, body: rpc('ping', {}, 2) })).status).toBe(200);
    const another = { ...headers, authorization: `Bearer ${token({ sub: 'eve' })}` };
    expect((await raw(url, { headers: another, body: rpc('ping', {}, 3) })).status).toBe(404);
    expect(routed).toHaveLength(2);
  });

  test('keys are fetched once, and anew for one that nobody knows, but not each time', async () => {
    const { url, issuer, keys } = await oauth([jwk('rsa', rsa)]);
    await asks(url, `Bearer ${token()}`);
    await asks(url, `Bearer ${token()}`);
    expect(issuer.reached).toHaveLength(1);
    keys.push(jwk('ec', ec));
    const rotated = `Bearer ${token({}, { alg: 'ES256', kid: 'ec' }, ec.privateKey)}`;
    expect((await asks(url, rotated)).status).toBe(401);
    await clock.advance(30_001);
    expect((await asks(url, rotated)).status).toBe(200);
    for (let at = 0; at < 3; at++) await asks(url, `Bearer ${token({}, { kid: `unknown-${at}` })}`);
    expect(issuer.reached).toHaveLength(2);
  });

  test('cannot be judged without keys', async () => {
    const broken = await serve((_request, response) => response.writeHead(500).end());
    const { url } = await near({ clock, oauth: { issuer: ISSUER, jwksUrl: broken.url, resource: RESOURCE } });
    const answer = await asks(url, `Bearer ${token()}`);
    expect([answer.status, answer.headers['retry-after']]).toEqual([503, '30']);
  });

  test.each(['/.well-known/oauth-protected-resource', '/.well-known/oauth-protected-resource/mcp'])(
    '%s says who gives them',
    async (path) => {
      const { url } = await oauth();
      const answer = await raw(url, { method: 'GET', path, headers: { host: 'mcp.example.com' } });
      expect(answer.json).toEqual({
        resource: RESOURCE,
        authorization_servers: [ISSUER],
        bearer_methods_supported: ['header'],
        scopes_supported: ['mcp:use'],
      });
    },
  );
});

describe('options', () => {
  test.each<[string, HttpInboundOptions, string]>([
    [
      'both tokens and OAuth',
      { tokens: [TOKEN], oauth: { issuer: ISSUER, jwksUrl: ISSUER, resource: RESOURCE } },
      'not both',
    ],
    ['no tokens', { tokens: [] }, 'nobody could be let in'],
    ['a token that can be guessed', { tokens: ['short'] }, 'at least 16 characters'],
    ['a token twice', { tokens: [TOKEN, TOKEN] }, 'twice'],
    [
      'an issuer without TLS',
      { oauth: { issuer: 'http://a.example', jwksUrl: ISSUER, resource: RESOURCE } },
      'oauth.issuer',
    ],
    [
      'keys without TLS',
      { oauth: { issuer: ISSUER, jwksUrl: 'http://a.example', resource: RESOURCE } },
      'oauth.jwksUrl',
    ],
    ['a host that is none', { allowedHosts: ['http://a.example'] }, 'allowedHosts'],
    ['an origin that is none', { allowedOrigins: ['a.example'] }, 'allowedOrigins'],
    ['a path that is none', { path: 'mcp' }, 'path must be one'],
  ])('with %s are refused', (_title, options, text) => {
    expect(() => createHttpInbound(options)).toThrow(text);
  });

  test.each(['0.0.0.0', '::', '192.0.2.1'])('nobody listens at %s for whoever comes', async (host) => {
    await expect(createHttpInbound({ host }).listen()).rejects.toThrow('give it tokens or oauth');
  });

  test('hosts and origins that are allowed are served', async () => {
    const { url } = await near({ allowedHosts: ['proxy.example'], allowedOrigins: ['https://app.example'] });
    const answers = await Promise.all(
      (
        [
          { host: 'proxy.example:8080', origin: 'https://app.example' },
          { host: 'PROXY.example' },
          { host: 'localhost' },
          { host: 'proxy.example', origin: 'https://proxy.example' },
        ] as Record<string, string>[]
      ).map((headers) => raw(url, { headers: { ...POST_HEADERS, ...headers }, body: initialize() })),
    );
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 403, 403]);
  });
});

function hmac(): string {
  const signed = `${b64({ alg: 'HS256', kid: 'rsa' })}.${b64(CLAIMS)}`;
  const secret = rsa.publicKey.export({ type: 'spki', format: 'pem' });
  return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`;
}

test('nothing of a token is in what is written about it', async () => {
  const { url } = await oauth();
  const answer = await asks(url, `Bearer ${token({ sub: 'secret-subject', exp: 1 })}`);
  expect(JSON.stringify([answer.headers, answer.text])).not.toMatch(/secret-subject|eyJ/);
});
