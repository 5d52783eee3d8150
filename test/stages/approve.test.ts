import { describe, expect, test } from '@jest/globals';
import type { ApprovalHandler, ApprovalRequest } from '../../src/approval/approval.js';
import { bindingOf } from '../../src/approval/binding.js';
import { CannotAskError } from '../../src/approval/cannot-ask-error.js';
import type { ToolCall } from '../../src/call/tool-call.js';
import { type PolicyResult, PolicyViolationError } from '../../src/errors/policy-violation-error.js';
import type { CallRun } from '../../src/pipeline/call-run.js';
import { createArgumentMask } from '../../src/stages/argument-mask.js';
import { createApprove } from '../../src/stages/approve.js';
import { ManualClock } from '../../src/testing/index.js';
import { callRun } from '../pipeline/support.js';
import { createUseApproval } from '../../src/stages/use-approval.js';
import { approvals } from './approve-support.js';
import { runBefore } from './support.js';

const RESULT: PolicyResult = {
  action: 'review',
  reason: 'deletes things',
  metadata: {},
  ruleName: 'deletes',
  policyId: 'org',
  revision: undefined,
  risk: undefined,
  approvers: ['ops'],
  timeoutMinutes: undefined,
};

interface Asking {
  readonly handler?: ApprovalHandler | undefined;
  readonly result?: Partial<PolicyResult>;
  readonly call?: Partial<ToolCall>;
  readonly prepare?: (run: CallRun) => void;
  readonly clock?: ManualClock;
  readonly mask?: readonly string[];
  /** The step that the store fails at. */
  readonly broken?: 'create' | 'get' | 'transition';
}

/** Runs a call under review through the stage. */
async function ask({ handler, result, call, prepare, clock = new ManualClock(), mask = [], broken }: Asking) {
  const faults: unknown[] = [];
  const { store, remembered } = approvals();
  if (broken !== undefined) Object.assign(store, { [broken]: () => Promise.reject(new Error('it is gone')) });
  const stage = createApprove({
    handler,
    timeoutMs: 60_000,
    clock,
    createId: () => 'id-1',
    maskArguments: createArgumentMask(mask),
    maskName: (name) => name.replace('s3cret', '###'),
    redact: (args) => ({ ...args, key: '##KEY##' }),
    store,
    remembered,
    isFrom: () => true,
    onFaultyHandler: (fault) => faults.push(fault),
  });
  const use = createUseApproval({ store, clock, timeoutMs: 60_000 });
  const run = callRun(call);
  run.pending = new PolicyViolationError('approval_unavailable', 'search: deletes things.', { ...RESULT, ...result });
  prepare?.(run);
  const { ran } = await runBefore(run, [stage, use]);
  return { run, ran, faults, record: broken === 'get' ? undefined : await store.get('id-1') };
}

test('a call that is not under review asks nobody', async () => {
  const stage = createApprove({ handler: undefined } as never);
  expect(stage.run(callRun())).toEqual({ kind: 'pass' });
  expect(stage.whenOpen).toBeUndefined();
});

test('with nobody to ask the call is refused, and the text says so', async () => {
  const { run, ran } = await ask({});
  expect(ran).toBe(0);
  expect(run.violation).toMatchObject({
    code: 'approval_unavailable',
    message: 'search: deletes things. Nobody can be asked: set onPolicyBlock.',
    policyResult: RESULT,
  });
});

describe('the answer', () => {
  test('approved: the tool runs, and the record says who and how long', async () => {
    const clock = new ManualClock();
    const handler: ApprovalHandler = async () => {
      await clock.advance(2500);
      return { approved: true, approver: 'ops' };
    };
    const { run, ran, faults } = await ask({ handler, clock });
    expect([ran, faults, run.pending]).toEqual([1, [], undefined]);
    expect(run.approval).toEqual({ status: 'approved', approver: 'ops', elapsedMs: 2500 });
    expect(run.waitedMs).toBe(2500);
  });

  test('the time a handler names goes before the measured one', async () => {
    const { run } = await ask({ handler: () => ({ approved: true, elapsedSeconds: 1.5 }) });
    expect(run.approval).toEqual({ status: 'approved', approver: '', elapsedMs: 1500 });
    const { run: odd } = await ask({ handler: () => ({ approved: true, elapsedSeconds: -3 }) });
    expect(odd.approval?.elapsedMs).toBe(0);
  });

  test('denied: the tool does not run, and the text says by whom', async () => {
    const { run, ran } = await ask({ handler: () => ({ approved: false, approver: 'ops' }) });
    expect([ran, run.approval?.status]).toEqual([0, 'denied']);
    expect(run.violation).toMatchObject({
      code: 'approval_denied',
      message: 'search: deletes things. Denied by ops.',
      policyResult: RESULT,
    });
  });

  test('timed out says no, also where it says approved', async () => {
    const { run, ran } = await ask({ handler: async () => ({ approved: true, timedOut: true }) });
    expect([ran, run.violation?.code, run.approval?.status]).toEqual([0, 'approval_timeout', 'timeout']);
  });

  test.each([undefined, null, true, 'approved', 1, {}, { approved: 'true' }, { approved: 1 }, [true]])(
    'anything but a decision is a denial and a fault: %j',
    async (answer) => {
      const { run, ran, faults } = await ask({ handler: () => answer as never });
      expect([ran, run.violation?.code, faults.length]).toEqual([0, 'approval_denied', 1]);
    },
  );

  test('so is a handler that throws or rejects, whatever failOpen says', async () => {
    const handlers: ApprovalHandler[] = [
      () => {
        throw new Error('no');
      },
      () => Promise.reject(new Error('no')),
    ];
    for (const handler of handlers) {
      const { run, ran, faults } = await ask({ handler });
      expect([ran, run.violation?.code, run.failedOpen, faults]).toEqual([0, 'approval_denied', [], [new Error('no')]]);
    }
  });
});

describe('the request', () => {
  test('names the call, who asks, why, who may answer and until when', async () => {
    const requests: ApprovalRequest[] = [];
    const clock = new ManualClock(1000);
    const handler: ApprovalHandler = (error, request) => {
      expect(error.message).toBe('search: deletes things.');
      expect(request.signal.aborted).toBe(false);
      requests.push(request);
      return { approved: false };
    };
    const { run } = await ask({ handler, clock });
    const { signal, ...request } = requests[0]!;
    expect(request).toEqual({
      id: 'id-1',
      binding: bindingOf(run.call, ''),
      ruleName: 'deletes',
      policyId: 'org',
      risk: undefined,
      requestedAt: 1000,
      useForMs: 120_000,
      elicit: undefined,
      server: 'documents',
      tool: 'search',
      arguments: { query: 'cats', key: '##KEY##' },
      principal: { agent: 'agent-1', user: 'user-1', selfDeclared: false },
      reason: 'deletes things',
      approvers: ['ops'],
      decideBy: 61_000,
    });
    expect(signal.aborted).toBe(true);
  });

  test('has the redacted arguments, and cannot change what runs', async () => {
    const seen: unknown[] = [];
    const handler: ApprovalHandler = (_, request) => {
      seen.push({ ...request.arguments });
      request.arguments['query'] = 'dogs';
      return { approved: true };
    };
    const { run } = await ask({ handler, prepare: (each) => (each.params = { query: '##PERSON##' }) });
    expect(seen).toEqual([{ query: '##PERSON##' }]);
    expect([run.call.arguments, run.params]).toEqual([{ query: 'cats' }, { query: '##PERSON##' }]);
  });
});

describe('the record of the question', () => {
  const exhausted = new PolicyViolationError('rate_limited', 'used up');
  const noBudget = (run: CallRun): void => {
    run.budget = { giveBack: () => undefined, takeAgain: () => Promise.resolve(exhausted) };
  };

  test.each<[string, ApprovalHandler, ((run: CallRun) => void)?]>([
    ['consumed', () => ({ approved: true })],
    ['denied', () => ({ approved: false })],
    ['denied', () => true as never],
    ['expired', () => ({ approved: false, timedOut: true })],
    ['withdrawn', () => Promise.reject(new CannotAskError('nobody is there'))],
    ['lapsed', () => ({ approved: true }), noBudget],
  ])('ends as %s, and says when', async (state, handler, prepare = () => undefined) => {
    const clock = new ManualClock(5000);
    const { record, ran } = await ask({ handler, prepare, clock });
    expect(record).toMatchObject({ state, settledAt: 5000 });
    expect(ran).toBe(state === 'consumed' ? 1 : 0);
  });
});

test.each(['create', 'get', 'transition'] as const)(
  'a store that fails at %s has refused, whatever failOpen says',
  async (broken) => {
    const { run, ran } = await ask({ handler: () => ({ approved: true }), broken });
    expect([ran, run.failure?.code]).toEqual([0, 'governance_failure']);
  },
);

test('whoever asks may not approve, by whatever name a record shows them', async () => {
  const principal = { agent: 'agent', user: 's3cret', attributes: {}, selfDeclared: false };
  const { run, ran, record } = await ask({
    handler: () => ({ approved: true, approver: 's3cret' }),
    result: { approvers: [] },
    call: { principal },
  });
  expect([ran, run.violation?.code, record?.principal.user]).toEqual([0, 'approval_denied', '###']);
});

describe('nobody answers', () => {
  const silent: ApprovalHandler = () => new Promise<never>(() => undefined);

  test.each([
    ['the default', undefined, 60_000],
    ['what the rule says', 5, 300_000],
    ['no more than timers can wait', 60 * 24 * 365, 2 ** 31 - 1],
  ])('in time: %s', async (_, timeoutMinutes, ms) => {
    const clock = new ManualClock();
    let request: ApprovalRequest | undefined;
    const handler: ApprovalHandler = (error, each) => ((request = each), silent(error, each));
    const asking = ask({ handler, clock, result: { timeoutMinutes } });
    await clock.untilPending();
    expect(request!.decideBy).toBe(clock.now() + ms);
    await clock.advance(ms - 1);
    expect(request!.signal.aborted).toBe(false);
    await clock.advance(1);
    const { run, ran } = await asking;
    expect([ran, run.violation?.code, run.approval?.status, request!.signal.aborted]).toEqual([
      0,
      'approval_timeout',
      'timeout',
      true,
    ]);
  });

  test('before the caller is gone: that is a cancelled call, which nobody denied and no handler is at fault for', async () => {
    const controller = new AbortController();
    const clock = new ManualClock();
    let request: ApprovalRequest | undefined;
    const handler: ApprovalHandler = (error, each) => ((request = each), silent(error, each));
    const asking = ask({ handler, clock, call: { signal: controller.signal } });
    await clock.untilPending();
    await clock.advance(10);
    controller.abort();
    const { run, ran, faults, record } = await asking;
    expect([ran, run.violation?.code, run.approval, faults]).toEqual([0, 'cancelled', undefined, []]);
    expect(record?.state).toBe('withdrawn');
    expect(run.waitedMs).toBe(10);
    expect(request!.signal.aborted).toBe(true);
  });
});

test('a waiting call gives its budget back, and takes it again when approved, if there is any left', async () => {
  for (const left of [true, false]) {
    const order: string[] = [];
    const exhausted = new PolicyViolationError('rate_limited', 'used up');
    const { run, ran } = await ask({
      handler: () => (order.push('asked'), { approved: true }),
      prepare: (each) => {
        each.budget = {
          giveBack: () => order.push('given back'),
          takeAgain: async () => (order.push('taken again'), left ? undefined : exhausted),
        };
      },
    });
    expect(order.slice(0, 3)).toEqual(['given back', 'asked', 'taken again']);
    expect([ran, run.violation]).toEqual(left ? [1, undefined] : [0, exhausted]);
  }
});
