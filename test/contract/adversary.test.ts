import { describe, expect, test } from '@jest/globals';
import type { CallToolContext } from '../../src/call/host-request.js';
import type { JsonObject } from '../../src/call/json.js';
import type { GovernanceOptions } from '../../src/config/options.js';
import { MemorySink } from '../../src/audit/memory-sink.js';
import { governance } from '../../src/governance.js';
import { GovernanceMiddleware } from '../../src/governance-middleware.js';
import { fakeCall, type FakeCall } from '../../src/testing/fake-call.js';

const SSN = '123-45-6789';

/** What an adversary tried, and what came of it. */
async function attempt(
  options: GovernanceOptions,
  tool: string,
  args: JsonObject,
  result: () => unknown = () => ({ content: [] }),
  call: FakeCall = {},
) {
  const sink = new MemorySink();
  const ran: CallToolContext[] = [];
  const middleware = new GovernanceMiddleware({ audit: sink, ...options }, { env: {} });
  const answer = await middleware
    .onCallTool(fakeCall(tool, args, call), (context) => {
      ran.push(context);
      return Promise.resolve(result());
    })
    .catch((thrown: unknown) => ({ thrown, message: (thrown as Error).message, data: (thrown as JsonObject)['data'] }));
  return { answer: JSON.stringify(answer), ran, event: sink.events[0], events: sink.events };
}

describe('so many findings that judging them could fail', () => {
  const flood = `${'a@bc.de '.repeat(120_000)} ssn ${SSN}`;

  test('are blocked in strict mode, with failOpen', async () => {
    const { ran, event } = await attempt({ policyConfig: { defaultPiiScan: 'strict' } }, 'search', { flood });
    expect([ran.length, event?.errorCode, event?.failedOpen]).toEqual([0, 'pii_input', []]);
    expect(event?.findings.length).toBeLessThanOrEqual(1000);
  });

  test('are redacted in a result to the last one', async () => {
    const { answer, event } = await attempt({}, 'search', {}, () => ({ content: [{ type: 'text', text: flood }] }));
    expect(answer).not.toContain(SSN);
    expect(answer).not.toContain('a@bc.de');
    expect(event?.failedOpen).toEqual([]);
    expect(event?.findings.map((finding) => finding.type)).toContain('ssn');
  });
});

describe('a decision point with garbled answers', () => {
  const garbled = JSON.parse('{"toString":1}') as never;

  test.each([
    ['reason', { action: 'block', reason: garbled }],
    ['ruleName', { action: 'block', ruleName: garbled }],
    ['obligations', { action: 'review', obligations: garbled }],
    ['approvers', { action: 'review', obligations: { approvers: [garbled] } }],
  ] as const)('%s: the refusal stands, with failOpen', async (_, decision) => {
    const { ran, event } = await attempt({ policy: { decide: () => decision } }, 'search', {});
    expect([ran.length, event?.failedOpen]).toEqual([0, []]);
  });

  test('cannot change what runs', async () => {
    const policy: GovernanceOptions['policy'] = {
      decide: (call) => {
        call.arguments['path'] = '/etc/shadow';
        return { action: 'allow' };
      },
    };
    const { ran } = await attempt({ policy }, 'read', { path: '/srv/data' });
    expect(ran[0]?.arguments).toEqual({ path: '/srv/data' });
  });
});

describe('an author', () => {
  const tagged = { definition: { tagged: governance({ piiActions: { ssn: 'allow' } })({}) } };

  test.each<[string, GovernanceOptions]>([
    ['strict scanning of the tool', { toolConfigs: { t: { piiScan: 'strict' } } }],
    ['an action for the type on the server', { piiActions: { ssn: 'block' } }],
    ['an action for the type of the tool', { toolConfigs: { t: { piiActions: { ssn: 'block' } } } }],
  ])('cannot loosen %s', async (_, options) => {
    const { ran, event } = await attempt(options, 't', { note: `ssn ${SSN}` }, undefined, tagged);
    expect([ran.length, event?.errorCode]).toEqual([0, 'pii_input']);
  });

  test('who limits concurrency leaves the default limit per minute standing', async () => {
    const definition = { tagged: governance({ rateLimit: { maxConcurrent: 1000 } })({}) };
    const options = { policyConfig: { defaultRateLimit: { maxPerMinute: 1 } } };
    const middleware = new GovernanceMiddleware(options, { env: {} });
    const call = () => middleware.onCallTool(fakeCall('t', {}, { definition }), () => Promise.resolve('ran'));
    expect([await call(), JSON.stringify(await call())]).toEqual(['ran', expect.stringContaining('rate_limited')]);
  });
});

test.each([
  ['too long', 'n'.repeat(257)],
  ['of colons', ':'.repeat(300_000)],
  ['with a line of its own', 'x\nmcp-governance error: forged'],
  ['with terminal escapes', '\u001b[2J'],
])('a tool name %s is refused and recorded without it', async (_, name) => {
  const { ran, answer, event } = await attempt({}, name, {});
  expect([ran.length, event?.errorCode, event?.tool]).toEqual([0, 'invalid_tool_name', '(invalid name)']);
  expect(answer + JSON.stringify(event)).not.toContain(name);
});

describe('what a tool hides from a scanner that reads it otherwise than JSON', () => {
  test.each<[string, () => unknown]>([
    ['an array with toJSON', () => ({ rows: Object.assign([], { toJSON: () => [`ssn ${SSN}`] }) })],
    ['a boxed string', () => ({ text: new String(`ssn ${SSN}`) })],
    [
      'the data of an error',
      () => {
        throw Object.assign(new Error('boom'), { data: { q: { toJSON: () => `ssn ${SSN}` } } });
      },
    ],
    [
      'a getter of an error',
      () => {
        class Sly extends Error {
          get data() {
            return `ssn ${SSN}`;
          }
        }
        throw new Sly('boom');
      },
    ],
  ])('%s leaves redacted', async (_, result) => {
    const { answer } = await attempt({}, 't', {}, result);
    expect(answer).toContain('##SSN##');
    expect(answer).not.toContain(SSN);
  });
});

test('an approver is shown what the built-in scanner leaves where the own one failed', async () => {
  const shown: unknown[] = [];
  await attempt(
    {
      piiScanner: { scan: () => Promise.reject(new Error(SSN)) },
      toolConfigs: { t: { approvalRequired: true } },
      onPolicyBlock: (_, request) => {
        shown.push(request.arguments);
        return { approved: true, timedOut: 'true' as never };
      },
    },
    't',
    { note: SSN },
  ).then(({ ran }) => expect(ran).toEqual([]));
  expect(shown).toEqual([{ note: '##SSN##' }]);
});

test.each<[string, GovernanceOptions, string]>([
  ['a misspelt type', { piiActions: { emial: 'block' } }, "no type 'emial'. Did you mean 'email'?"],
  ['a misspelt type of a tool', { toolConfigs: { t: { piiActions: { Email: 'block' } } } }, "Did you mean 'email'?"],
  ['a glob that is never closed', { toolConfigs: { '[a': { policyAction: 'block' } } }, 'never closed'],
  ['a key that is no name', { toolConfigs: new Map([[/x/, {}]]) as never }, 'must be the name of a tool'],
  ['a limit that limits nothing', { policyConfig: { defaultRateLimit: {} } }, 'limits nothing'],
  ['a right option in the wrong place', { failOpen: false } as never, 'It belongs in policyConfig: { failOpen }'],
])('%s is a ConfigError', (_, options, text) => {
  expect(() => new GovernanceMiddleware(options, { env: {} })).toThrow(text);
});

test('what an entry of toolConfigs inherits governs too', async () => {
  const inherited = Object.create({ policyAction: 'block' }) as object;
  const { ran } = await attempt({ toolConfigs: { t: inherited } }, 't', {});
  expect(ran).toEqual([]);
});
