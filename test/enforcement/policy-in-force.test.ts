import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { ConfigError } from '../../src/errors/config-error.js';
import type { GovernanceOptions } from '../../src/config/options.js';
import { GovernanceMiddleware } from '../../src/governance-middleware.js';
import { Policy } from '../../src/policy/policy.js';
import { PolicyDocumentError } from '../../src/policy/policy-document-error.js';
import { PolicyHierarchy } from '../../src/policy/policy-hierarchy.js';
import { fakeCall, FakeDecisionPoint, ManualClock, MemorySink } from '../../src/testing/index.js';
import { governed } from './support.js';

const says = (action: string) => `defaults: { action: ${action} }\n`;
let folder: string;
let path: string;
let log: string[];
let stops: GovernanceMiddleware[];

beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'policy-in-force-')));
  path = join(folder, 'policy.yaml');
  writeFileSync(path, says('block'));
  stops = [];
  log = [];
  process.env['MCP_GOVERNANCE_LOG_LEVEL'] = 'info';
  jest.spyOn(process.stderr, 'write').mockImplementation((text) => {
    log.push(String(text));
    return true;
  });
});
afterEach(async () => {
  await Promise.all(stops.map((each) => each.close()));
  jest.restoreAllMocks();
  process.env['MCP_GOVERNANCE_LOG_LEVEL'] = 'silent';
  rmSync(folder, { recursive: true });
});

function start(options: GovernanceOptions = { policy: path }, env: Record<string, string> = {}) {
  const sink = new MemorySink();
  const clock = new ManualClock();
  const middleware = new GovernanceMiddleware({ audit: sink, ...options }, { env, clock });
  stops.push(middleware);
  const action = async (): Promise<string | undefined> => {
    await middleware.onCallTool(fakeCall('search'), async () => 'done');
    return sink.events.at(-1)?.action;
  };
  /** Lets one interval pass, and the look at the file come to its end. */
  const pass = async (): Promise<void> => {
    await clock.advance(2000);
    await clock.untilPending();
  };
  return { middleware, sink, clock, action, pass };
}

describe('a policy file', () => {
  test('is in force from the start, by a path that is relative to where the process runs', async () => {
    expect(await start().action()).toBe('block');
    expect(await start({ policy: relative(process.cwd(), path) }).action()).toBe('block');
  });

  test('is named by the environment, where code names no policy', async () => {
    const env = { MCP_GOVERNANCE_POLICY_FILE: path };
    expect(await start({}, env).action()).toBe('block');
    expect(await start({ policy: Policy.parse(says('warn')) }, env).action()).toBe('warn');
  });

  test('that is broken is refused at the start, with line and column', () => {
    writeFileSync(path, 'version: 1\nrules:\n  - { name: a, acton: block }\n');
    expect(() => start()).toThrow(PolicyDocumentError);
    expect(() => start()).toThrow(`${path}:3:`);
    expect(() => start({ policy: join(folder, 'missing.yaml') })).toThrow(ConfigError);
  });

  test('takes effect when it is changed', async () => {
    const { action, pass, sink } = start();
    expect(await action()).toBe('block');
    await pass();
    const [before] = sink.events;
    writeFileSync(path, says('warn'));
    await pass();
    expect(await action()).toBe('warn');
    expect(sink.events.at(-1)?.policyRevision).not.toBe(before?.policyRevision);
    expect(log.filter((line) => line.includes('has changed'))).toHaveLength(1);
  });

  test('that breaks later leaves the last good policy in force, and that is said once', async () => {
    const { action, pass } = start();
    writeFileSync(path, 'rules: [');
    for (let round = 0; round < 3; round++) await pass();
    expect(await action()).toBe('block');
    expect(log.filter((line) => line.includes('The last good policy stays in force.'))).toHaveLength(1);
    writeFileSync(path, says('allow'));
    await pass();
    expect(await action()).toBe('allow');
  });

  test('is watched no longer when the middleware is closed, or another policy is put in force', async () => {
    const closed = start();
    await closed.middleware.close();
    expect(closed.clock.pending).toBe(0);
    const updated = start();
    updated.middleware.updatePolicy(Policy.parse(says('throttle')));
    expect(updated.clock.pending).toBe(0);
  });

  test('with a type of findings that no scanner knows is refused, at the start and later', async () => {
    const wrong = `${says('warn')}settings: { "*": { "*": { pii_actions: { emial: block } } } }\n`;
    const { action, pass } = start();
    writeFileSync(path, wrong);
    await pass();
    expect(await action()).toBe('block');
    expect(log.join()).toContain("Did you mean 'email'?");
    expect(() => start()).toThrow("the scanner knows no type 'emial'");
    const org = Policy.parse(wrong);
    expect(() => start({ policy: new PolicyHierarchy({ org }) })).toThrow("no type 'emial'");
  });
});

describe('updatePolicy', () => {
  test.each([
    ['a policy', () => Policy.parse(says('block'))],
    ['a hierarchy', () => new PolicyHierarchy({ org: Policy.parse(says('block')) })],
    ['anything that decides', () => new FakeDecisionPoint({ action: 'block' })],
  ])('puts %s in force for the next call', async (_, make) => {
    const { action, middleware } = start({});
    expect(await action()).toBe('allow');
    middleware.updatePolicy(make());
    expect(await action()).toBe('block');
  });

  test.each([null, undefined, 'policy.yaml', {}])('refuses %p, and leaves the policy in force', async (wrong) => {
    const { action, middleware } = start();
    expect(() => middleware.updatePolicy(wrong as never)).toThrow(ConfigError);
    expect(await action()).toBe('block');
  });
});

describe('what a policy is told', () => {
  test('is who calls, what the tool says of itself, and the time of the middleware', async () => {
    const policy = Policy.from({
      defaults: { action: 'block' },
      rules: [
        {
          name: 'r',
          match: { user: 'kim' },
          when: { 'annotations.readOnlyHint': { eq: true }, time: { after: '00:00', before: '00:01' } },
          action: 'warn',
        },
      ],
    });
    const identify = () => ({ agent: '', user: 'kim', attributes: {}, selfDeclared: false });
    const { call, clock, sink } = governed({ policy, identify });
    const over = { definition: { annotations: { readOnlyHint: true } } };
    await call({}, undefined, over);
    await clock.advance(60_000);
    await call({}, undefined, over);
    await call({}, undefined, { definition: { annotations: { readOnlyHint: 1 } } });
    expect(sink.events.map((event) => event.action)).toEqual(['warn', 'block', 'block']);
  });
});

test('what layers say against one another is in the record', async () => {
  const layer = (name: string, action: string, risk: string) =>
    Policy.from({ rules: [{ name, match: { tool: 'search' }, action, risk }] });
  const team = layer('strict', 'block', 'high');
  const policy = new PolicyHierarchy({ org: layer('calm', 'allow', 'low'), team });
  const { call, sink } = governed({ policy });
  await call();
  expect(sink.events[0]).toMatchObject({
    ...{ matchedRule: 'strict', policyLayer: 'team', riskLevel: 'high', policyRevision: team.revision },
    policyConflicts: ['org: allow (rule calm)'],
  });
});

describe('the settings of a policy', () => {
  const settings = (rules: object) =>
    Policy.from({ defaults: { action: 'allow' }, settings: { 'fake-*': { 'se*': rules } } });

  test('govern as entries of toolConfigs do: the strictest holds', async () => {
    const policy = settings({ pii_scan: 'strict', rate_limit: { max_per_minute: 5 } });
    const toolConfigs = { search: { piiScan: 'off', rateLimit: { maxPerMinute: 2 } } } as const;
    const { call, sink } = governed({ policy, toolConfigs });
    await call({ note: 'kim@example.com' });
    for (let round = 0; round < 3; round++) await call();
    expect(sink.events.map((event) => event.errorCode)).toEqual(['pii_input', undefined, undefined, 'rate_limited']);
  });

  test('follow the policy: another one makes other plans', async () => {
    const { call, middleware, sink } = governed({ policy: settings({ approval_required: true }) });
    await call();
    middleware.updatePolicy(settings({ pii_scan: 'off' }));
    await call();
    expect(sink.events.map((event) => event.action)).toEqual(['review', 'allow']);
  });

  test('do not bring back a tool whose definition is hostile', async () => {
    const { call, middleware, sink } = governed({ piiActions: { bidi_override: 'block' } });
    const list = { ...fakeCall('search'), definitionOf: () => undefined };
    await middleware.onListTools(list, async () => [{ name: 'search', description: 'a\u202eb' }]);
    middleware.updatePolicy(settings({ pii_scan: 'strict' }));
    await call();
    expect(sink.events[0]?.errorCode).toBe('hostile_definition');
  });
});

test('a policy that is put in force while a yes is written into the file has the last word', async () => {
  writeFileSync(path, says('review'));
  const { middleware, action } = start({
    policy: path,
    onPolicyBlock: () => {
      // The handler is asked first, and the file is written after it answered.
      queueMicrotask(() => setImmediate(() => middleware.updatePolicy(new FakeDecisionPoint({ action: 'block' }))));
      return { approved: true, remember: 'always' };
    },
  });
  await action();
  expect(await action()).toBe('block');
});
