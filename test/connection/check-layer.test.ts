import { describe, expect, test } from '@jest/globals';
import { CheckLayer, MOST_QUESTIONS } from '../../src/connection/check-layer.js';
import { ConnectionFault } from '../../src/connection/connection-fault.js';
import type { HttpAnswer } from '../../src/connection/http-client.js';
import { OwnFault } from '../../src/pipeline/own-fault.js';
import { ManualClock } from '../../src/testing/index.js';
import { toolCall } from '../call/support.js';

const saying = (answer: object): HttpAnswer => ({ status: 200, etag: undefined, text: JSON.stringify(answer) });
const timeout = (): ConnectionFault => new ConnectionFault('timeout', 'too late');

function layer(send: () => Promise<HttpAnswer>, clock = new ManualClock()): CheckLayer {
  return new CheckLayer({ http: { send }, timeoutMs: 500, clock, onFault: () => undefined });
}

describe('CheckLayer', () => {
  test('a crowd waits and is refused beyond its deadline: it never opens anything', async () => {
    const clock = new ManualClock();
    const answers: (() => void)[] = [];
    const asked = layer(
      () => new Promise((resolve) => answers.push(() => resolve(saying({ action: 'block' })))),
      clock,
    );
    const crowd = Array.from({ length: 2000 }, () =>
      Promise.resolve(asked.opinion(toolCall())).then(
        (decision) => decision?.action,
        (fault: unknown) => (fault instanceof OwnFault ? 'closed' : 'open'),
      ),
    );
    await clock.advance(0);
    expect(answers).toHaveLength(MOST_QUESTIONS);
    for (const answer of answers.splice(0)) answer();
    await clock.advance(0);
    expect(answers).toHaveLength(MOST_QUESTIONS);
    await clock.advance(500);
    for (const answer of answers.splice(0)) answer();
    const said = await Promise.all(crowd);
    expect(said.filter((each) => each === 'block')).toHaveLength(2 * MOST_QUESTIONS);
    expect(said.filter((each) => each === 'closed')).toHaveLength(2000 - 2 * MOST_QUESTIONS);
    expect(asked.breaker).toBe('closed');
    expect(clock.pending).toBe(0);
    const next = asked.opinion(toolCall());
    await clock.advance(0);
    for (const answer of answers.splice(0)) answer();
    expect(await next).toMatchObject({ action: 'block' });
  });

  test('a question that its caller made large, and a deadline that we noticed late, are no faults of the service', async () => {
    const clock = new ManualClock();
    const large = layer(() => Promise.reject(timeout()), clock);
    const call = toolCall({ arguments: { text: 'x'.repeat(100_000) } });
    for (let i = 0; i < 6; i++) await expect(large.opinion(call)).rejects.toThrow(OwnFault);
    const late = layer(async () => {
      await clock.advance(700);
      throw timeout();
    }, clock);
    for (let i = 0; i < 6; i++) await expect(late.opinion(toolCall())).rejects.toThrow(OwnFault);
    expect([large.breaker, late.breaker]).toEqual(['closed', 'closed']);
    await expect(layer(() => Promise.reject(timeout())).opinion(toolCall())).rejects.toThrow(ConnectionFault);
  });

  test.each(['block', 'review', 'throttle', 'warn'])('%s counts although nothing matched', async (action) => {
    const asked = layer(async () => saying({ action, matched: false }));
    expect(await asked.opinion(toolCall())).toMatchObject({ action });
    expect(await layer(async () => saying({ action: 'allow', matched: false })).opinion(toolCall())).toBeUndefined();
  });
});
