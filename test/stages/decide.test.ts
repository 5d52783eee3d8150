import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Action, ACTIONS, stricterAction } from '../../src/call/action.js';
import type { Decision, DecisionPoint } from '../../src/call/decision.js';
import type { ResolvedToolConfig } from '../../src/config/tool-config.js';
import { createDecide } from '../../src/stages/decide.js';
import { FakeDecisionPoint, ManualClock } from '../../src/testing/index.js';
import { callRun } from '../pipeline/support.js';
import { runBefore, strictness, toolConfig } from './support.js';

interface Deciding {
  readonly policy?: DecisionPoint | undefined;
  readonly defaultAction?: Action;
  readonly config?: Partial<ResolvedToolConfig>;
  readonly approvable?: boolean;
  readonly failOpen?: boolean;
  readonly clock?: ManualClock;
}

async function decide({ policy, defaultAction = 'allow', config, approvable = false, ...rest }: Deciding) {
  const warned: [string, string][] = [];
  const stage = createDecide({
    policy,
    trusted: false,
    defaultAction,
    config: toolConfig(config),
    policyId: 'mcp:documents:search',
    approvable,
    timeoutMs: 500,
    clock: rest.clock ?? new ManualClock(),
    mask: (text) => text.replaceAll('s3cret', '###'),
    onWarn: (...said) => warned.push(said),
    onUnknownAction: () => undefined,
  });
  return { ...(await runBefore(callRun(), stage, rest.failOpen ?? true)), warned };
}

/** What is decided in the end, for properties. */
async function actionOf(answer: Decision, config: Partial<ResolvedToolConfig>): Promise<Action> {
  const { run } = await decide({ policy: new FakeDecisionPoint(answer), config });
  return run.decision!.action;
}

const action = fc.constantFrom(...ACTIONS);
const maybe = fc.option(action, { nil: undefined });
const answers = fc.record({ action, mandatory: fc.boolean() });
const configs = fc.record({ operatorAction: maybe, authorAction: maybe, approvalRequired: fc.boolean() });

describe('settling the answer with what operator and author said', () => {
  test('is the answer, replaced by the operator unless mandatory, tightened by the author', async () => {
    await fc.assert(
      fc.asyncProperty(answers, configs, async (answer, config) => {
        const operated = config.operatorAction ?? answer.action;
        const bound = answer.mandatory ? stricterAction(answer.action, operated) : operated;
        const tightened = stricterAction(bound, config.authorAction ?? 'allow');
        const expected = config.approvalRequired ? stricterAction(tightened, 'review') : tightened;
        expect(await actionOf(answer, config)).toBe(expected);
      }),
    );
  });

  test('the author never loosens', async () => {
    await fc.assert(
      fc.asyncProperty(answers, configs, async (answer, config) => {
        const without = await actionOf(answer, { ...config, authorAction: undefined });
        expect(strictness(await actionOf(answer, config))).toBeGreaterThanOrEqual(strictness(without));
      }),
    );
  });

  test('more strictness anywhere never yields less in the end', async () => {
    await fc.assert(
      fc.asyncProperty(answers, configs, action, async (answer, config, more) => {
        const before = strictness(await actionOf(answer, config));
        const stricter: [Decision, Partial<ResolvedToolConfig>][] = [
          [{ ...answer, action: stricterAction(answer.action, more) }, config],
          [{ ...answer, mandatory: true }, config],
          [answer, { ...config, approvalRequired: true }],
          [answer, { ...config, authorAction: stricterAction(config.authorAction ?? 'allow', more) }],
        ];
        if (config.operatorAction !== undefined) {
          stricter.push([answer, { ...config, operatorAction: stricterAction(config.operatorAction, more) }]);
        }
        for (const [said, settings] of stricter) {
          expect(strictness(await actionOf(said, settings))).toBeGreaterThanOrEqual(before);
        }
      }),
    );
  });
});

describe('the verdict', () => {
  test.each([
    ['allow', 1, undefined],
    ['warn', 1, undefined],
    ['throttle', 1, undefined],
    ['review', 0, 'approval_unavailable'],
    ['block', 0, 'policy_blocked'],
  ] as const)('%s', async (said, ran, code) => {
    const outcome = await decide({ policy: new FakeDecisionPoint({ action: said, reason: 'because' }) });
    expect([outcome.ran, outcome.run.violation?.code]).toEqual([ran, code]);
    expect(outcome.run.decision).toMatchObject({ action: said, reason: 'because' });
    expect(outcome.warned).toEqual(said === 'warn' ? [['mcp:documents:search', 'because']] : []);
  });

  test('a block can be approved where somebody is there and the rule is not final', async () => {
    for (const [approvable, final, pending] of [
      [true, false, true],
      [true, true, false],
      [false, false, false],
    ] as const) {
      const { run, ran } = await decide({ policy: new FakeDecisionPoint({ action: 'block', final }), approvable });
      expect([ran, run.pending !== undefined, run.violation?.code]).toEqual([0, pending, 'policy_blocked']);
    }
  });

  test('a refusal says which tool, why, by which rule, and carries what the policy said', async () => {
    const full: Decision = {
      action: 'block',
      reason: 'too dangerous',
      ruleName: 'deletes',
      policyId: 'org',
      revision: '7',
      risk: 'critical',
      metadata: { ticket: 1 },
      obligations: { approvers: ['ops'], timeoutMinutes: 9 },
    };
    const { run } = await decide({ policy: new FakeDecisionPoint(full) });
    expect(run.violation?.message).toBe('search: too dangerous (rule deletes).');
    expect(run.violation?.policyResult).toEqual({
      action: 'block',
      reason: 'too dangerous',
      metadata: { ticket: 1 },
      ruleName: 'deletes',
      policyId: 'org',
      revision: '7',
      risk: 'critical',
      approvers: ['ops'],
      timeoutMinutes: 9,
      tool: 'search',
    });
    const { run: bare } = await decide({ policy: new FakeDecisionPoint({ action: 'block' }) });
    expect(bare.violation?.message).toBe('search: not permitted.');
    expect(bare.violation?.policyResult).toMatchObject({
      policyId: 'mcp:documents:search',
      approvers: [],
      metadata: {},
    });
  });

  test('the record names whose word it was', async () => {
    const policy = new FakeDecisionPoint({ action: 'warn', ruleName: 'r', metadata: { kept: 1 } });
    const by = async (config: Partial<ResolvedToolConfig>) => (await decide({ policy, config })).run;
    expect((await by({})).decision?.ruleName).toBe('r');
    const operator = await by({ operatorAction: 'allow' });
    expect(operator.decision).toMatchObject({ action: 'allow', ruleName: '<toolConfigs>', metadata: { kept: 1 } });
    const author = await by({ authorAction: 'block' });
    expect(author.decision).toMatchObject({ ruleName: '<governance>', reason: 'the tool asks for block' });
    expect([(await by({ operatorAction: 'warn' })).overridden, operator.overridden]).toEqual([false, true]);
  });

  test('without a policy the default answers', async () => {
    expect((await decide({ defaultAction: 'block' })).run.decision).toEqual({ action: 'block', ruleName: '<default>' });
    expect((await decide({ defaultAction: 'block', config: { operatorAction: 'allow' } })).ran).toBe(1);
  });
});

describe('an answer that is none', () => {
  test.each([undefined, null, {}, 'allow', { action: 'Allow' }, { action: 'deny' }, { action: ['allow'] }, []])(
    'is refused, also where failOpen is on and the operator says allow: %j',
    async (answer) => {
      const policy = { decide: () => answer as unknown as Decision };
      const { run, ran } = await decide({ policy, config: { operatorAction: 'allow' } });
      expect([ran, run.violation?.code, run.decision, run.failedOpen]).toEqual([0, 'unknown_action', undefined, []]);
    },
  );
});

describe('a decision point that fails', () => {
  const down: DecisionPoint = { decide: () => Promise.reject(new Error('unreachable')) };

  test('lets the call pass where governance is open, and no decision is recorded', async () => {
    const { run, ran } = await decide({ policy: down });
    expect([ran, run.decision, run.failedOpen]).toEqual([1, undefined, ['decide']]);
  });

  test('refuses it where governance is closed', async () => {
    const { run, ran } = await decide({ policy: down, failOpen: false });
    expect([ran, run.failure?.part]).toEqual([0, 'decide']);
  });

  test.each<Partial<ResolvedToolConfig>>([
    { operatorAction: 'block' },
    { authorAction: 'block' },
    { approvalRequired: true },
  ])('leaves what is said here in force: %j', async (config) => {
    const { run, ran } = await decide({ policy: down, config });
    expect([ran, run.violation !== undefined, run.failedOpen]).toEqual([0, true, ['decide']]);
    const { ran: byDefault } = await decide({ policy: down, defaultAction: 'block' });
    expect(byDefault).toBe(0);
  });

  test('is one that does not answer in time', async () => {
    const clock = new ManualClock();
    const policy = new FakeDecisionPoint(() => new Promise<never>(() => undefined));
    const deciding = decide({ policy, clock, failOpen: false });
    await clock.untilPending();
    await clock.advance(500);
    const { ran, run } = await deciding;
    expect([ran, run.failure?.part, policy.asked.length]).toEqual([0, 'decide', 1]);
  });
});
