import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ApprovalDecision, ApprovalHandler, ApprovalRequest } from '../../src/approval/approval.js';
import type { GovernanceOptions } from '../../src/config/options.js';
import { fakeCall } from '../../src/testing/index.js';
import { Policy } from '../../src/policy/policy.js';
import { PolicyHierarchy } from '../../src/policy/policy-hierarchy.js';
import { governed } from '../enforcement/support.js';
import { refusalOf, type CallResult } from './hosts/host.js';

const review: GovernanceOptions = { toolConfigs: { search: { approvalRequired: true } } };
const yes: ApprovalDecision = { approved: true, approver: 'kim' };
const codeOf = (result: unknown) => refusalOf(result as CallResult);
const as = (name: string) => ({ request: { client: { name } } });

describe('an approval is good for one execution of exactly what was approved', () => {
  test('of the tool as it was defined when it was asked', async () => {
    let definition = 'reads files';
    const over = { host: { fingerprint: () => Promise.resolve(definition) } };
    const redefine: ApprovalHandler = () => ((definition = 'deletes files'), yes);
    const { call, ran, sink } = governed({ ...review, onPolicyBlock: redefine });
    expect(codeOf(await call({}, undefined, over))).toBe('approval_void');
    expect(ran).toEqual([]);
    expect(sink.events).toMatchObject([
      { humanDecision: 'approved', policyDecision: 'block', resultStatus: 'blocked' },
    ]);
    // As it is now, it may be approved again.
    expect(await call({}, undefined, over)).toBe('result');
  });

  test('in time', async () => {
    const { call, ran, clock } = governed({ ...review, onPolicyBlock: () => yes });
    let asked = 0;
    const slow = { host: { fingerprint: async () => (++asked === 2 && (await clock.advance(120_000)), '') } };
    expect(codeOf(await call({}, undefined, slow))).toBe('approval_void');
    expect(ran).toEqual([]);
  });

  test('with the very arguments that the approver saw, whatever a handler does to them', async () => {
    const args = { path: '/tmp/x' };
    const handler: ApprovalHandler = (_, request) => {
      request.arguments['path'] = '/etc/passwd';
      args.path = '/etc/passwd';
      return yes;
    };
    const { call, ran } = governed({ ...review, onPolicyBlock: handler });
    await call(args);
    expect(ran).toEqual([{ path: '/tmp/x' }]);
  });

  test('once: the same call again is asked about again', async () => {
    let asked = 0;
    const { call, ran } = governed({ ...review, onPolicyBlock: () => (asked++, yes) });
    await Promise.all(Array.from({ length: 50 }, () => call({ q: 1 })));
    expect([asked, ran.length]).toEqual([50, 50]);
  });
});

describe('under failOpen, whatever a handler does that is no decision', () => {
  const silent = new Promise<never>(() => undefined);
  test.each<[how: string, handler: () => unknown]>([
    [
      'throws',
      () => {
        throw new Error('no');
      },
    ],
    ['rejects', () => Promise.reject(new Error('no'))],
    ['answers true', () => true],
    ['answers nothing', () => undefined],
    ['answers a text', () => 'approved'],
    ['answers an object without approved', () => ({ approver: 'kim' })],
    ['answers approved and timedOut', () => ({ approved: true, timedOut: true })],
    ['answers with a name that is none', () => ({ approved: true, approver: 7 })],
    ['answers with a name that steers a terminal', () => ({ approved: true, approver: 'kim\u001b[2J' })],
    ['never answers', () => silent],
  ])('a handler that %s has refused', async (how, handler) => {
    const options = { ...review, policyConfig: { failOpen: true }, onPolicyBlock: handler as ApprovalHandler };
    const { call, ran, clock, sink } = governed(options);
    const calling = call({});
    if (how === 'never answers') {
      await clock.untilPending();
      await clock.advance(300_000);
    }
    expect(codeOf(await calling)).toMatch(/^approval_(denied|timeout)$/);
    expect(ran).toEqual([]);
    expect(sink.events).toMatchObject([{ resultStatus: 'denied' }]);
  });

  test('an answer that comes too late changes nothing', async () => {
    let answer!: (decision: ApprovalDecision) => void;
    const late = new Promise<ApprovalDecision>((resolve) => (answer = resolve));
    const { call, ran, clock } = governed({ ...review, onPolicyBlock: () => late });
    const calling = call({});
    await clock.untilPending();
    await clock.advance(300_000);
    answer(yes);
    expect(codeOf(await calling)).toBe('approval_timeout');
    expect(ran).toEqual([]);
  });
});

describe('who approves', () => {
  const policy = Policy.from({
    rules: [{ name: 'four-eyes', match: {}, action: 'review', approvers: ['kim', 'ann'] }],
  });

  test.each([
    ['kim', 'result'],
    ['', 'result'],
    ['lee', 'approval_denied'],
    ['ann', 'approval_denied'],
  ])('%j of kim and ann, where ann asks: %s', async (approver, expected) => {
    const { call, ran } = governed({ policy, onPolicyBlock: () => ({ approved: true, approver }) });
    const result = await call({}, undefined, as('ann'));
    expect(codeOf(result) ?? result).toBe(expected);
    expect(ran).toHaveLength(expected === 'result' ? 1 : 0);
  });
});

describe('while a call waits', () => {
  test('progress is reported every 15 seconds, and no longer than it waits', async () => {
    const told: string[] = [];
    let answer!: (decision: ApprovalDecision) => void;
    const handler = () => new Promise<ApprovalDecision>((resolve) => (answer = resolve));
    const { call, clock } = governed({ ...review, onPolicyBlock: handler });
    const host = { reportProgress: (message: string) => (told.push(message), Promise.reject(new Error('gone'))) };
    const calling = call({}, undefined, { host });
    await clock.untilPending(2);
    await clock.advance(45_000);
    expect(told).toEqual([15, 30, 45].map((seconds) => `search waits for approval (${seconds} s)`));
    answer(yes);
    expect(await calling).toBe('result');
    expect(clock.pending).toBe(0);
  });

  test('a caller who goes away takes the question along', async () => {
    const controller = new AbortController();
    let request!: ApprovalRequest;
    const handler: ApprovalHandler = (_, each) => ((request = each), new Promise<never>(() => undefined));
    const { call, ran, clock } = governed({ ...review, onPolicyBlock: handler });
    const calling = call({}, undefined, { request: { signal: controller.signal } });
    await clock.untilPending();
    controller.abort();
    expect(codeOf(await calling)).toBe('cancelled');
    expect([ran, request.signal.aborted]).toEqual([[], true]);
  });
});

describe('a yes that is to hold longer', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'remember-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  function remembering(remember: 'session' | 'always', options: GovernanceOptions = review) {
    const asked: string[] = [];
    const handler: ApprovalHandler = (_, request) => (asked.push(request.principal.agent), { ...yes, remember });
    return { asked, ...governed({ ...options, onPolicyBlock: handler }) };
  }

  test('session: for the same principal and the tool as it is, and for nobody else', async () => {
    const { call, asked, sink } = remembering('session');
    for (const name of ['one', 'one', 'two', 'one']) await call({ name }, undefined, as(name));
    await call({}, undefined, { ...as('one'), host: { fingerprint: () => Promise.resolve('other') } });
    expect(asked).toEqual(['one', 'two', 'one']);
    expect(sink.events.map(({ approver, policyDecision }) => [approver, policyDecision])).toEqual(
      Array(5).fill(['kim', 'approved_by_user']),
    );
  });

  test('session: others that wait with the same question are settled by it', async () => {
    const answers: ((decision: ApprovalDecision) => void)[] = [];
    const handler = () => new Promise<ApprovalDecision>((resolve) => answers.push(resolve));
    const { call, ran, clock } = governed({ ...review, onPolicyBlock: handler });
    const calls = ['one', 'one', 'two'].map((name) => call({}, undefined, as(name)));
    await clock.untilPending(3);
    answers[0]!({ ...yes, remember: 'session' });
    await Promise.all(calls.slice(0, 2));
    expect(ran).toHaveLength(2);
    answers[2]!({ approved: false });
    expect(codeOf(await calls[2])).toBe('approval_denied');
  });

  test('never for a block, a mandatory rule or a final decision', async () => {
    const ruled = (rule: object) => Policy.from({ rules: [{ name: 'r', match: {}, ...rule }] });
    const final = { decide: () => ({ action: 'review' as const, final: true }) };
    for (const policy of [ruled({ action: 'block' }), ruled({ action: 'review', mandatory: true }), final]) {
      const { call, asked } = remembering('session', { policy });
      await call({});
      await call({});
      expect(asked).toHaveLength(2);
    }
  });

  test('session: not over the network for a name that nobody vouches for, without a session', async () => {
    const asked: string[] = [];
    const handler: ApprovalHandler = (_, request) => (
      asked.push(request.principal.agent),
      { ...yes, remember: 'session' }
    );
    const { middleware } = governed({ ...review, onPolicyBlock: handler });
    const stranger = (sessionId: string | undefined, transport: 'tcp' | 'pipe') =>
      fakeCall('search', {}, { request: { sessionId, transport, client: { name: 'same' } } });
    for (const [sessionId, transport, times] of [
      [undefined, 'tcp', 2],
      ['s1', 'tcp', 1],
      [undefined, 'pipe', 1],
    ] as const) {
      asked.length = 0;
      await middleware.onCallTool(stranger(sessionId, transport), async () => 'result');
      await middleware.onCallTool(stranger(sessionId, transport), async () => 'result');
      expect(asked).toHaveLength(times);
    }
  });

  test('always: an entry in the policy file, with which nobody is asked any more', async () => {
    const path = join(folder, 'policy.yaml');
    writeFileSync(path, '# ours\ndefaults: { action: review }\n');
    const { call, asked, middleware, sink } = remembering('always', { policy: path });
    for (const name of ['one', 'two']) expect(await call({}, undefined, as(name))).toBe('result');
    expect(asked).toEqual(['one']);
    expect(readFileSync(path, 'utf8')).toBe(
      '# ours\ndefaults: { action: review }\ntools:\n  fake-server:\n    search: allow\n',
    );
    expect(sink.events.map(({ policyDecision }) => policyDecision)).toEqual(['approved_by_user', 'allow']);
    await middleware.close();
  });

  test('always: where the policy is no file, or a layer above it asks, it counts once', async () => {
    const org = Policy.from({ rules: [{ name: 'asks', match: {}, action: 'review' }] });
    for (const policy of [org, new PolicyHierarchy({ org, agent: Policy.from({ defaults: { action: 'allow' } }) })]) {
      const { call, asked } = remembering('always', { policy });
      expect([await call({}), await call({})]).toEqual(['result', 'result']);
      expect(asked).toHaveLength(2);
    }
  });

  test('always: what the operator asks for is not in the file, which stays as it is', async () => {
    const path = join(folder, 'policy.yaml');
    writeFileSync(path, 'defaults: { action: allow }\n');
    const { call, asked, middleware } = remembering('always', { ...review, policy: path });
    expect([await call({}), await call({})]).toEqual(['result', 'result']);
    expect([asked.length, readFileSync(path, 'utf8')]).toEqual([2, 'defaults: { action: allow }\n']);
    await middleware.close();
  });
});
