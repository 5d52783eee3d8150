import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { JsonObject } from '../../src/call/json.js';
import type { GovernanceOptions } from '../../src/config/options.js';
import { HOSTS, type HostTool, refusalOf, Started, text } from './hosts/all-hosts.js';
import { CLIENTS } from './hosts/clients.js';
import { PROXIED } from './hosts/proxied.js';
import { registerTelemetry, spanText } from './telemetry.js';

const body = (length: number): string => Array.from({ length }, (_, at) => 'x8Kq2ZpR7m'.charAt(at % 10)).join('');

/** Put together, so that this repository holds nothing that looks like a key. */
const SECRETS: Readonly<Record<string, string>> = {
  ssn: '123-45-6789',
  email: 'ann.smith@example.com',
  credit_card: '4111 1111 1111 1111',
  iban: 'DE89 3704 0044 0532 0130 00',
  github_pat: ['gh', 'p_', body(36)].join(''),
  aws_key: ['AK', 'IA', 'Q3EXR7TBN5VWZ2LM'].join(''),
  jwt: ['ey', `J${body(20)}.ey`, `J${body(40)}.`, body(43)].join(''),
  private_key: ['-----BEGIN', ' PRIVATE KEY-----\n', body(64), '\n-----END', ' PRIVATE KEY-----'].join(''),
};
const raw = Object.values(SECRETS);
const ARGS = { ...SECRETS, deep: { list: raw, [SECRETS['ssn']!]: 'as a key' }, text: raw.join('\n') };

const tools: readonly HostTool[] = [
  { name: 'quiet', handler: () => text('nothing to see') },
  { name: 'texts', handler: () => ({ content: raw.map((each) => ({ type: 'text', text: `it is ${each} then` })) }) },
  { name: 'structured', handler: () => ({ content: [], structuredContent: ARGS, _meta: { note: SECRETS } }) },
  { name: 'says_no', handler: () => ({ ...text(raw.join(', ')), isError: true }) },
  { name: 'throws', handler: () => fling(new Error(`could not use ${raw.join(', ')}`)) },
  { name: 'throws_more', handler: () => fling(Object.assign(new Error('no'), { code: -32050, data: SECRETS })) },
  { name: 'throws_text', handler: () => fling(raw.join(', ')) },
];

const quoting = (...values: unknown[]): never => {
  throw Object.assign(new Error(`choked on ${JSON.stringify(values)}`), { code: 'E_CHOKED' });
};

/** Ways to be configured, or to fail while quoting what one choked on. */
const SETTINGS: readonly [string, GovernanceOptions][] = [
  ['standard', {}],
  ['strict', { policyConfig: { defaultPiiScan: 'strict' } }],
  ['every type blocked', { piiActions: Object.fromEntries(Object.keys(SECRETS).map((type) => [type, 'block'])) }],
  ['arguments redacted', { piiActions: Object.fromEntries(Object.keys(SECRETS).map((type) => [type, 'redact'])) }],
  ['blocked by policy', { policyConfig: { defaultPolicyAction: 'block' } }],
  ['warned by policy', { policyConfig: { defaultPolicyAction: 'warn' } }],
  ['a decision point that quotes, open', { policy: { decide: quoting } }],
  ['a decision point that quotes, closed', { policy: { decide: quoting }, policyConfig: { failOpen: false } }],
  ['a decision point that echoes an unknown action', { policy: { decide: (call) => call.arguments as never } }],
  ['a scanner that quotes, closed', { piiScanner: { scan: quoting }, policyConfig: { failOpen: false } }],
  ['an approver that quotes', { toolConfigs: { '*': { approvalRequired: true } }, onPolicyBlock: quoting }],
  ['an approver that approves', { toolConfigs: { '*': { approvalRequired: true } }, onPolicyBlock: approve }],
  ['identify that quotes', { identify: quoting }],
  ['limits', { policyConfig: { maxArgumentBytes: 20, maxResultBytes: 20 } }],
  ['a rate limit by argument', { toolConfigs: { '*': { rateLimit: { maxPerMinute: 1, by: ['arguments.ssn'] } } } }],
  ['raised', { blockMode: 'raise', policyConfig: { defaultPiiScan: 'strict' } }],
];

const telemetry = registerTelemetry();
afterAll(() => telemetry.shutdown());

describe.each([...HOSTS, ...CLIENTS, ...PROXIED])(
  'promise 6: no raw secret or matched value anywhere, on $title',
  (host) => {
    const servers = new Started(host);
    const lines: string[] = [];
    beforeAll(() => {
      process.env['MCP_GOVERNANCE_LOG_LEVEL'] = 'debug';
      jest.spyOn(process.stderr, 'write').mockImplementation((line) => lines.push(String(line)) > 0);
    });
    afterAll(() => {
      process.env['MCP_GOVERNANCE_LOG_LEVEL'] = 'silent';
      jest.restoreAllMocks();
    });
    beforeEach(() => {
      lines.length = 0;
      telemetry.reset();
    });
    afterEach(() => servers.closeAll());

    // A client is told who calls.
    it.each(SETTINGS.filter(([, { identify }]) => host.client !== true || identify === undefined))(
      'in what leaves, is recorded, traced, counted or logged: %s',
      async (_title, options) => {
        const server = await servers.start({ tools, options });
        const left: string[] = [];
        for (const { name } of [...tools, ...tools]) {
          const response = await server.raw('tools/call', { name, arguments: ARGS }).catch(thrown);
          left.push(JSON.stringify([response['result'], response['error']]));
        }
        expect(server.sink.events).toHaveLength(2 * tools.length);
        expect(telemetry.spans()).toHaveLength(2 * tools.length);
        expectClean(left.join('\n'));
        expectClean(JSON.stringify(server.sink.events));
        expectClean(telemetry.spans().map(spanText).join('\n'));
        expectClean(await telemetry.metrics());
        expectClean(lines.join(''));
      },
    );

    it('also where a sink quotes the event, and in the event itself', async () => {
      const server = await servers.start({ tools, options: { audit: { write: quoting } } });
      for (const { name } of tools) await server.call(name, ARGS).catch(() => undefined);
      expect(lines.join('')).toMatch(/audit sink/);
      expectClean(lines.join(''));
    });

    it('but it is still found: the types of all findings are on the record', async () => {
      const server = await servers.start({ tools });
      expect(refusalOf(await server.call('quiet', ARGS))).toBeUndefined();
      const types = new Set(server.sink.events[0]?.findings.map((finding) => finding.type));
      expect([...types]).toEqual(expect.arrayContaining(Object.keys(SECRETS)));
    });
  },
);

function approve(): { approved: true } {
  return { approved: true };
}

/** What a governed client throws in place of a response. */
function thrown(error: Error): JsonObject {
  return { error: { members: Object.entries(error), text: String(error), stack: error.stack } };
}

function fling(value: unknown): never {
  throw value;
}

/** No secret, and no larger part of one, in a text. */
function expectClean(said: string): void {
  for (const secret of raw) {
    const inJson = JSON.stringify(secret).slice(1, -1);
    for (const part of [secret, inJson, secret.slice(0, 60), secret.slice(-30)]) {
      if (part.length >= 8) expect(said).not.toContain(part);
    }
  }
}
