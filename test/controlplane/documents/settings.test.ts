import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { ToolGovernanceConfig } from '../../../src/config/options.js';
import { FleetPolicy } from '../../../src/policy/fleet/fleet-policy.js';
import { Policy } from '../../../src/policy/policy.js';
import { governed } from '../../enforcement/support.js';
import { DATABASES, startService, type TestDatabase, type TestService } from '../service.js';

const DOCUMENT = '/api/v1/policy-document';
const EMAIL = 'ann@example.com';

/** Settings with so many calls a minute, as an editor writes them. */
const settings = (perMinute: number): string => `
version: 1
settings:
  docs:
    "sea*": { rate_limit: { max_per_minute: ${perMinute}, by: [tool] }, pii_scan: strict }
tests:
  - { call: { server: docs, tool: search }, expect: review }
`;

describe.each(DATABASES)('settings of the policy document on %s', (_name, make) => {
  let database: TestDatabase;
  let service: TestService;
  beforeAll(async () => {
    database = await make();
    service = await startService(database.url);
  });
  afterAll(async () => {
    await service.stop();
    await database.drop();
  });

  /** The policies as a door with an agent's key fetches them. */
  const fetched = async (): Promise<Policy> => {
    const { body } = await (await service.as('agent'))('GET', '/api/v1/snapshot');
    return new Policy(await FleetPolicy.load(body));
  };
  const write = async (text: string): Promise<void> => {
    expect((await service.ask('PUT', DOCUMENT, { text })).status).toBe(200);
  };
  /** How many of ten calls run at a door whose operator lets them pass. */
  const ran = async (policy: Policy, options: Record<string, ToolGovernanceConfig> = {}): Promise<number> => {
    const toolConfigs = { '*': { policyAction: 'allow' as const }, ...options };
    const { call, ran: calls } = governed({ policy, serverName: 'docs', toolConfigs });
    for (let at = 0; at < 10; at++) await call({ q: 'weather' });
    return calls.length;
  };

  test('reach a door with the snapshot: limits and scanning of all its matching tools', async () => {
    await write(settings(3));
    const policy = await fetched();
    expect(await ran(policy)).toBe(3);
    const {
      call,
      ran: calls,
      sink,
    } = governed({
      policy,
      serverName: 'docs',
      toolConfigs: { '*': { policyAction: 'allow' } },
    });
    await call({ to: EMAIL });
    expect(calls).toEqual([]);
    expect(sink.events[0]).toMatchObject({ resultStatus: 'blocked', findings: [{ type: 'email' }] });
  });

  test('the strictest counts: an operator tightens them and cannot loosen them, and the other way round', async () => {
    await write(settings(3));
    const policy = await fetched();
    const limit = (maxPerMinute: number) => ({ search: { rateLimit: { maxPerMinute, by: ['tool'] } } });
    expect(await ran(policy, limit(2))).toBe(2);
    expect(await ran(policy, limit(9))).toBe(3);
    const { call, ran: calls } = governed({
      policy,
      serverName: 'docs',
      toolConfigs: { search: { policyAction: 'allow', piiScan: 'off' } },
    });
    await call({ to: EMAIL });
    expect(calls).toEqual([]);
  });

  test('a change takes effect with the next snapshot, and settings that cannot be are refused', async () => {
    await write(settings(3));
    const policy = await fetched();
    const {
      call,
      ran: calls,
      middleware,
    } = governed({
      policy,
      serverName: 'docs',
      toolConfigs: { '*': { policyAction: 'allow' } },
    });
    for (let at = 0; at < 5; at++) await call();
    expect(calls).toHaveLength(3);
    await write(settings(5));
    middleware.updatePolicy(await fetched());
    for (let at = 0; at < 10; at++) await call();
    expect(calls).toHaveLength(8);
    const wrong = await service.ask('PUT', DOCUMENT, { text: settings(0) });
    expect(wrong).toMatchObject({ status: 422, body: { problems: [{ line: 5 }] } });
    expect(await ran(await fetched())).toBe(5);
  });

  test('leave decisions and other servers alone', async () => {
    await write(settings(1));
    const check = await service.ask('POST', '/api/v1/observe/policy-check/', { workflow_name: 'mcp:docs:search' });
    expect(check.body).toMatchObject({ matched: false });
    expect((await fetched()).settingsFor('other', 'search')).toEqual([]);
  });
});
