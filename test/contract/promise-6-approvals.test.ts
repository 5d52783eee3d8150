import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { ApprovalHandler } from '../../src/approval/approval.js';
import type { JsonObject } from '../../src/call/json.js';
import type { GovernanceOptions } from '../../src/config/options.js';
import { Policy } from '../../src/policy/policy.js';
import { governed } from '../enforcement/support.js';
import { fakeCall } from '../../src/testing/index.js';
import { refusalOf, type CallResult } from './hosts/host.js';

const SSN = '536-90-4399';
const TOKEN = ['gh', 'p_', 'x8Kq2ZpR7mx8Kq2ZpR7mx8Kq2ZpR7mx8Kq2Z'].join('');
const TOOL = `read_${TOKEN} ${SSN}`;
const ARGS = { path: `/home/${SSN}`, [SSN]: 'as a key', deep: [{ token: TOKEN }] };
const review: GovernanceOptions = { policyConfig: { defaultPolicyAction: 'review' } };
const quoting = (): never => {
  throw new Error(`choked on ${SSN}`);
};

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
});

/** Makes a call that is full of secrets wait for a person; everything that anybody gets of it. */
async function everythingOf(options: GovernanceOptions, decide: ApprovalHandler, fingerprints: string[] = []) {
  const seen: unknown[] = [];
  let shown: JsonObject = {};
  const onPolicyBlock: ApprovalHandler = async (error, request) => {
    shown = request.arguments;
    seen.push(error.message, error.policyResult, request);
    await clock.advance(15_000);
    return decide(error, request);
  };
  const { middleware, clock, sink } = governed({ ...review, ...options, onPolicyBlock });
  const host = {
    reportProgress: (message: string) => (seen.push(message), Promise.resolve()),
    fingerprint: () => Promise.resolve(fingerprints.shift() ?? ''),
  };
  let ran: unknown;
  const request = { client: { name: `agent ${TOKEN}` }, sessionId: SSN };
  const called = fakeCall(TOOL, ARGS, { request, host, server: `server ${TOKEN}` });
  const result = await middleware.onCallTool(called, async (context) => (ran = context.arguments));
  const said = ran === undefined ? result : undefined;
  return { all: JSON.stringify([...seen, said, sink.events, lines]), shown, ran, result: result as CallResult };
}

describe('promise 6: whoever is asked, and whatever is said while a call waits, holds no secret of it', () => {
  const denied: ApprovalHandler = () => ({ approved: false, approver: `kim ${TOKEN}` });
  const approved: ApprovalHandler = () => ({ approved: true, approver: 'kim', remember: 'always' });

  test.each<[string, GovernanceOptions, ApprovalHandler, string[]?]>([
    ['denied', {}, denied],
    ['approved, for longer than can be', {}, approved],
    ['approved, and no longer what was approved', {}, approved, ['one', 'other']],
    ['answered with nonsense', {}, () => SSN as never],
    ['answered by a handler that quotes', {}, quoting],
    ['not scanned', { policyConfig: { defaultPolicyAction: 'review', defaultPiiScan: 'off' } }, denied],
    ['scanned by a scanner that fails', { piiScanner: { scan: quoting } }, denied],
    [
      'reviewed by a decision point that quotes',
      { policy: { decide: () => ({ action: 'review', reason: SSN }) } },
      denied,
    ],
  ])('%s', async (_title, options, decide, fingerprints = []) => {
    const { all, shown } = await everythingOf(options, decide, [...fingerprints]);
    expect(all).toContain('##SSN##');
    expect(all).toContain('waits for approval (15 s)');
    expect(all).not.toContain(SSN);
    expect(all).not.toContain(TOKEN);
    // Redacted, and not left out: somebody has to decide about it.
    expect(Object.keys(shown)).toEqual(['path', '##SSN##', 'deep']);
  });

  test('the tool gets what it was called with, all the same', async () => {
    const { ran } = await everythingOf(
      { policyConfig: { defaultPolicyAction: 'review', defaultPiiScan: 'off' } },
      approved,
    );
    expect(ran).toEqual(ARGS);
  });

  test('names that a mask makes alike are still told apart', async () => {
    const policy = Policy.from({
      rules: [{ name: 'r', match: {}, action: 'review', approvers: [SSN, '536-90-4398'] }],
    });
    const onPolicyBlock: ApprovalHandler = () => ({ approved: true, approver: SSN });
    const { call, ran } = governed({ policy, onPolicyBlock });
    const as = (name: string) => call({}, undefined, { request: { client: { name } } });
    expect(refusalOf((await as(SSN)) as CallResult)).toBe('approval_denied');
    expect(await as('536-90-4398')).toBe('result');
    expect(ran).toHaveLength(1);
  });
});
