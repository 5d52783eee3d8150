import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { configureSession, type SessionOptions } from '../../src/client/index.js';
import { until } from '../contract/faults.js';
import { ManualClock } from '../../src/testing/index.js';
import { echo, LINES, refusalOf } from './support.js';

const MINUTE_MS = 60_000;

describe.each(LINES)('the client’s own minute, on $title', ({ connect }) => {
  beforeEach(() => {
    jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask', 'setImmediate'] });
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  /** A client whose calls wait for a person; the tool answers when it is told to. */
  async function asking() {
    const answer: { approve?: () => void; finish?: () => void } = {};
    const slow = {
      ...echo('slow'),
      run: () => new Promise((resolve) => (answer.finish = () => resolve({ content: [] }))),
    };
    const { client, caller, reached } = await connect([slow]);
    const onPolicyBlock: NonNullable<SessionOptions['onPolicyBlock']> = () =>
      new Promise((resolve) => (answer.approve = () => resolve({ approved: true })));
    const governanceConfig = { toolConfigs: { slow: { approvalRequired: true } } };
    configureSession(client, { onPolicyBlock, governanceConfig }, { env: {}, clock: new ManualClock() });
    return { caller, reached, answer };
  }

  it('does not run while a person decides, and starts anew when the call goes out', async () => {
    const { caller, reached, answer } = await asking();
    const called = caller.callTool({ name: 'slow' });
    await until(() => answer.approve !== undefined);
    jest.advanceTimersByTime(4 * MINUTE_MS);
    answer.approve?.();
    await until(() => answer.finish !== undefined);
    jest.advanceTimersByTime(MINUTE_MS - 1);
    answer.finish?.();
    expect(await called).toMatchObject({ content: [] });
    expect(reached).toHaveLength(1);
  });

  it('ends a call whose server is silent for a minute after it was approved', async () => {
    const { caller, answer } = await asking();
    const called = refusalOf(caller.callTool({ name: 'slow' }));
    await until(() => answer.approve !== undefined);
    answer.approve?.();
    await until(() => answer.finish !== undefined);
    jest.advanceTimersByTime(MINUTE_MS);
    expect((await called).message).toMatch(/timed out/i);
  });
});
