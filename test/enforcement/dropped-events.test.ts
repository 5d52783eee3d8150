import { expect, test } from '@jest/globals';
import { DroppedEvents } from '../../src/enforcement/dropped-events.js';
import { ManualClock } from '../../src/testing/index.js';

test('the first loss is said at once, later ones once a minute with their number, and none is forgotten', async () => {
  const clock = new ManualClock();
  const said: [number, unknown][] = [];
  const dropped = new DroppedEvents(clock, (...each) => said.push(each));
  for (let at = 0; at < 5; at++) dropped.add(at);
  expect(said).toEqual([[1, 0]]);
  await clock.advance(59_999);
  dropped.tellIfDue();
  expect(said).toHaveLength(1);
  await clock.advance(1);
  dropped.tellIfDue();
  expect(said).toEqual([
    [1, 0],
    [4, 4],
  ]);
  dropped.add('last');
  dropped.tell();
  dropped.tell();
  expect(said.slice(2)).toEqual([[1, 'last']]);
});
