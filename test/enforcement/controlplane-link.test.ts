import { expect, test } from '@jest/globals';
import { ControlplaneLink } from '../../src/enforcement/controlplane-link.js';
import { OwnFault } from '../../src/pipeline/own-fault.js';
import { ManualClock } from '../../src/testing/index.js';
import { toolCall } from '../call/support.js';

test('a connection that cannot be made is a fault of ours, is told, and is made anew', async () => {
  const clock = new ManualClock();
  const faults: unknown[] = [];
  let made = 0;
  const connection = {
    get apiUrl(): string {
      made++;
      return 'no address';
    },
    apiKey: 'wax_sk_test',
    decisionMode: 'check' as const,
    stateFolder: '/nowhere',
  };
  const link = new ControlplaneLink({
    ...{ connection, timeoutMs: 500, clock, thread: false },
    onChange: () => undefined,
    onFault: (_, fault) => faults.push(fault),
  });
  await expect(link.opinion(toolCall(), 0)).rejects.toThrow(OwnFault);
  expect(faults).toHaveLength(1);
  expect(link.status).toMatchObject({ state: 'unreachable', fault: 'the connection cannot be made' });
  const before = made;
  await expect(link.opinion(toolCall(), 0)).rejects.toThrow(OwnFault);
  expect(faults).toHaveLength(1);
  await clock.advance(1000);
  await expect(link.opinion(toolCall(), 0)).rejects.toThrow(OwnFault);
  expect(faults).toHaveLength(2);
  expect(made).toBeGreaterThan(before);
  await link.close();
});
