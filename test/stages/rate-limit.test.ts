import { describe, expect, test } from '@jest/globals';
import { RateLimitError } from '../../src/errors/policy-violation-error.js';
import { toRateLimitRule } from '../../src/rate-limit/rate-limit-rule.js';
import { RateLimiter } from '../../src/rate-limit/rate-limiter.js';
import { createConcurrencyLimit, createRateLimit } from '../../src/stages/rate-limit.js';
import { callRun, pipelineOf, runThrough } from '../pipeline/support.js';
import { runBefore } from './support.js';

const limiterOf = (limits: object) => new RateLimiter([toRateLimitRule(limits)], { store: 'memory' });

describe('calls in a window', () => {
  test('beyond the limit are refused: which, and how long to wait', async () => {
    const stage = createRateLimit(limiterOf({ maxPerMinute: 1 }));
    expect((await runBefore(callRun(), stage)).ran).toBe(1);
    const { run, ran } = await runBefore(callRun(), stage);
    expect(ran).toBe(0);
    expect(run.violation).toBeInstanceOf(RateLimitError);
    const { retryAfterSeconds } = run.violation as RateLimitError;
    expect(Number.isInteger(retryAfterSeconds) && retryAfterSeconds >= 1 && retryAfterSeconds <= 60).toBe(true);
    expect(run.violation?.message).toBe(
      `Rate limit of search is used up (1 per minute). Retry after ${retryAfterSeconds} s.`,
    );
    expect(run.budget).toBeUndefined();
  });

  test('given back once, are there again once, however often that is said', async () => {
    const stage = createRateLimit(limiterOf({ maxPerMinute: 2 }));
    const run = callRun();
    await stage.run(run);
    run.budget?.giveBack();
    run.budget?.giveBack();
    expect((await runBefore(callRun(), stage)).ran).toBe(1);
    expect((await runBefore(callRun(), stage)).ran).toBe(1);
    expect((await runBefore(callRun(), stage)).ran).toBe(0);
  });

  test('taken again after approval, or refused where others were faster', async () => {
    const stage = createRateLimit(limiterOf({ maxPerMinute: 1 }));
    const waiting = callRun();
    await stage.run(waiting);
    waiting.budget?.giveBack();
    expect(await waiting.budget?.takeAgain()).toBeUndefined();
    expect((await runBefore(callRun(), stage)).ran).toBe(0);
    waiting.budget?.giveBack();

    const contested = createRateLimit(limiterOf({ maxPerMinute: 2 }));
    const late = callRun();
    await contested.run(late);
    late.budget?.giveBack();
    for (let faster = 0; faster < 2; faster++) expect((await runBefore(callRun(), contested)).ran).toBe(1);
    expect(await late.budget?.takeAgain()).toMatchObject({ code: 'rate_limited' });
    late.budget?.giveBack();
    expect((await runBefore(callRun(), contested)).ran).toBe(0);
  });
});

describe('calls at once', () => {
  test('are let in up to the limit, and let go when they have ended, well or badly', async () => {
    const stage = createConcurrencyLimit(limiterOf({ maxConcurrent: 1 }));
    const { pipeline } = pipelineOf({ before: [stage] });
    let fail: (error: Error) => void = () => undefined;
    const running = runThrough(callRun(), pipeline, () => new Promise((_, reject) => (fail = reject)));
    const refused = await runBefore(callRun(), stage);
    expect([refused.ran, refused.run.violation?.code]).toEqual([0, 'rate_limited']);
    expect(refused.run.violation?.message).toContain('1 at once');
    fail(new Error('tool failed'));
    await running;
    expect((await runBefore(callRun(), stage)).ran).toBe(1);
    expect((await runBefore(callRun(), stage)).ran).toBe(1);
  });
});
