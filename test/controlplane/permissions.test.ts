import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Endpoint } from '../../src/wire/endpoint.js';
import { ENDPOINTS } from '../../src/wire/endpoints.js';
import { ROLES } from '../../src/wire/role.js';
import { type Ask, asker, libsqlDatabase, startService, type TestDatabase, type TestService } from './service.js';

/**
 * Who may send which request: a, v, p, e, d for agent, viewer, approver, editor, admin; `public` needs no key.
 *
 * Written out a second time on purpose: a role that slips into an endpoint fails here.
 */
const PERMISSIONS: Record<string, string> = {
  'POST /waxell/v1/policies/': '...ed',
  'GET /waxell/v1/policies/': '.vped',
  'GET /waxell/v1/policies/{id}/': '.vped',
  'PUT /waxell/v1/policies/{id}/': '...ed',
  'PATCH /waxell/v1/policies/{id}/': '...ed',
  'DELETE /waxell/v1/policies/{id}/': '...ed',
  'GET /waxell/v1/policies/{id}/history/': '.vped',
  'POST /waxell/v1/policies/{id}/rollback/': '...ed',
  'POST /api/v1/observe/policy-check/': 'avped',
  'GET /api/v1/snapshot': 'avped',
  'GET /api/v1/stream': 'avped',
  'POST /access/v1/evaluation': 'avped',
  'GET /api/v1/policy-document': '.vped',
  'PUT /api/v1/policy-document': '...ed',
  'POST /api/v1/preview': '...ed',
  'GET /api/v1/changes': '.vped',
  'POST /api/v1/approvals': 'a...d',
  'GET /api/v1/approvals': '.vped',
  'GET /api/v1/approvals/{id}': 'avped',
  'POST /api/v1/approvals/{id}/decision': '..ped',
  'POST /api/v1/approvals/{id}/use': 'a...d',
  'POST /api/v1/approvals/{id}/withdraw': 'a...d',
  'GET /api/v1/servers': '.vped',
  'PUT /api/v1/servers/{server}': '...ed',
  'POST /api/v1/servers/{server}/definitions': 'a...d',
  'GET /api/v1/servers/{server}/tools': '.vped',
  'PUT /api/v1/servers/{server}/tools': '...ed',
  'GET /api/v1/servers/{server}/pins': '.vped',
  'POST /api/v1/servers/{server}/pins': '...ed',
  'GET /api/v1/global-default': '.vped',
  'PUT /api/v1/global-default': '...ed',
  'POST /api/v1/audit': 'a...d',
  'GET /api/v1/audit': '.vped',
  'GET /api/v1/audit/verify': '.vped',
  'POST /api/v1/keys': '....d',
  'GET /api/v1/keys': '....d',
  'DELETE /api/v1/keys/{id}': '....d',
  'POST /api/v1/links': '....d',
  'POST /api/v1/session': 'public',
  'GET /login': 'public',
  'GET /api/v1/session': 'avped',
  'DELETE /api/v1/session': 'avped',
  'GET /healthz': 'public',
  'GET /readyz': 'public',
  'GET /metrics': 'public',
  'GET /openapi.json': 'public',
};

const LETTERS = { agent: 'a', viewer: 'v', approver: 'p', editor: 'e', admin: 'd' } as const;
const nameOf = ({ method, path }: Endpoint): string => `${method} ${path}`;
const GUARDED = ENDPOINTS.filter(({ roles }) => roles !== 'public');

describe('who may send which request', () => {
  let database: TestDatabase;
  let service: TestService;
  /** Each wrong credential comes from an address of its own: attempts are limited by address. */
  let addresses = 0;
  const asks = new Map<string, Ask>();
  beforeAll(async () => {
    database = await libsqlDatabase();
    service = await startService(database.url, { trustProxy: ['loopback'] });
    for (const role of ROLES) asks.set(role, await service.as(role));
  });
  afterAll(async () => {
    await service.stop();
    await database.drop();
  });

  /** With a query that is always refused, so that nothing happens where the role would do: 400 comes after 403. */
  const send = async (ask: Ask, { method, path }: Endpoint): Promise<number> => {
    const url = `${path.replaceAll(/\{\w+\}/g, 'nothing-of-this-name')}?nonsense=1`;
    const from = { 'x-forwarded-for': `198.18.${addresses >> 8}.${addresses++ & 255}` };
    return (await ask(method, url, ['GET', 'DELETE'].includes(method) ? undefined : { nonsense: 1 }, from)).status;
  };

  test('every endpoint stands in the table', () => {
    expect(ENDPOINTS.map(nameOf).sort()).toEqual(Object.keys(PERMISSIONS).sort());
    const declared = ENDPOINTS.map((each) => [
      nameOf(each),
      each.roles === 'public'
        ? 'public'
        : ROLES.map((role) => (each.roles.includes(role) ? LETTERS[role] : '.')).join(''),
    ]);
    expect(Object.fromEntries(declared)).toEqual(PERMISSIONS);
  });

  test('without a key, with a wrong one, a revoked one: 401 everywhere', async () => {
    const { id, key } = await service.controlplane.createKey('gone', 'admin');
    const gone = asker(service.url, { 'x-wax-key': key });
    expect((await gone('GET', '/api/v1/session')).body).toMatchObject({
      name: 'gone',
      role: 'admin',
      csrf_token: null,
    });
    expect((await service.ask('DELETE', `/api/v1/keys/${id}`)).status).toBe(204);
    const strangers = [
      asker(service.url),
      gone,
      asker(service.url, { authorization: `Bearer ${key}x` }),
      asker(service.url, { authorization: 'Basic YTpi' }),
      asker(service.url, { cookie: 'mcp_governance_session=nothing' }),
      asker(service.url, { 'x-wax-key': "' OR 1=1 --" }),
      asker(service.url, { 'x-wax-key': 'x'.repeat(5000) }),
    ];
    for (const endpoint of GUARDED) {
      for (const [index, stranger] of strangers.entries()) {
        expect([nameOf(endpoint), index, await send(stranger, endpoint)]).toEqual([nameOf(endpoint), index, 401]);
      }
    }
  });

  test.each(ROLES)('%s', async (role) => {
    const ask = asks.get(role)!;
    for (const endpoint of GUARDED) {
      const status = await send(ask, endpoint);
      const permitted = PERMISSIONS[nameOf(endpoint)]!.includes(LETTERS[role]);
      expect([nameOf(endpoint), permitted ? status !== 403 && status < 500 : status === 403]).toEqual([
        nameOf(endpoint),
        true,
      ]);
    }
  });
});
