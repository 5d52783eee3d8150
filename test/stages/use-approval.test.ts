import { describe, expect, test } from '@jest/globals';
import { bindingOf } from '../../src/approval/binding.js';
import { MemoryApprovalStore } from '../../src/approval/memory-approval-store.js';
import type { ToolCall } from '../../src/call/tool-call.js';
import { PolicyViolationError } from '../../src/errors/policy-violation-error.js';
import { CallRun } from '../../src/pipeline/call-run.js';
import { createUseApproval } from '../../src/stages/use-approval.js';
import { ManualClock } from '../../src/testing/index.js';
import { approvalRecord } from '../approval/support.js';
import { toolCall } from '../call/support.js';
import { pipelineOf, runThrough } from '../pipeline/support.js';

const USE_BY = 120_000;
const APPROVED = toolCall({ arguments: { path: '/tmp/x' } });

/** An approval of one call, and a way to have calls run on it; what ran is counted by what it ran with. */
async function approvedOnce() {
  const store = new MemoryApprovalStore();
  const clock = new ManualClock(0);
  await store.create(approvalRecord({ binding: bindingOf(APPROVED, 'as it was') }));
  await store.transition('request-1', 'pending', 'approved', { useBy: USE_BY });
  const ran: unknown[] = [];
  const { pipeline } = pipelineOf({ before: [createUseApproval({ store, clock, timeoutMs: 1000 })], clock });
  const use = async (over: Partial<ToolCall> = {}, definition = 'as it was'): Promise<string | undefined> => {
    const call = { ...APPROVED, ...over };
    const run = new CallRun(call, '##SSN##', { fingerprint: () => Promise.resolve(definition) });
    run.pending = new PolicyViolationError('approval_unavailable', 'it has to be approved');
    run.approvalId = 'request-1';
    await runThrough(run, pipeline, async (judged) => ran.push(judged.arguments));
    expect(run.violation?.message ?? '').not.toContain(call.tool);
    return run.violation?.code;
  };
  return { use, ran, clock, store };
}

describe('an approval is good for one execution', () => {
  test('by whichever of 1,000 racing calls: exactly one, and of exactly what was approved', async () => {
    const { use, ran, store } = await approvedOnce();
    const said = await Promise.all(
      Array.from({ length: 1000 }, (_, at) => (at % 2 === 0 ? use({ arguments: { path: '/etc/passwd' } }) : use())),
    );
    expect(ran).toEqual([{ path: '/tmp/x' }]);
    expect(said.filter((code) => code === undefined)).toHaveLength(1);
    expect(said.filter((code) => code === 'approval_void')).toHaveLength(999);
    expect((await store.get('request-1'))?.state).toBe('consumed');
  });

  test.each<[string, Partial<ToolCall>, string?]>([
    ['with other arguments', { arguments: { path: '/tmp/y' } }],
    ['with one argument more', { arguments: { path: '/tmp/x', mode: 7 } }],
    ['of another tool', { tool: 'delete_file' }],
    ['of another server', { server: 'other' }],
    ['for another user', { principal: { ...APPROVED.principal, user: 'mallory' } }],
    ['by another agent', { principal: { ...APPROVED.principal, agent: 'mallory' } }],
    ['of a tool that was redefined', {}, 'as it is now'],
  ])('not %s, after which it is still good for what was approved', async (_, over, definition = 'as it was') => {
    const { use, ran } = await approvedOnce();
    expect(await use(over, definition)).toBe('approval_void');
    expect(ran).toEqual([]);
    expect(await use()).toBeUndefined();
    expect(ran).toEqual([{ path: '/tmp/x' }]);
  });

  test('not twice, and not after its use-by', async () => {
    const twice = await approvedOnce();
    expect([await twice.use(), await twice.use(), twice.ran.length]).toEqual([undefined, 'approval_void', 1]);
    const late = await approvedOnce();
    await late.clock.advance(USE_BY);
    expect([await late.use(), late.ran.length, (await late.store.get('request-1'))?.state]).toEqual([
      'approval_void',
      0,
      'lapsed',
    ]);
  });
});
