import { expect, test } from '@jest/globals';
import { ConnectionFault } from '../../src/connection/connection-fault.js';
import type { KeptSnapshot } from '../../src/connection/snapshot-file.js';
import { SnapshotLayer } from '../../src/connection/snapshot-layer.js';
import { ManualClock } from '../../src/testing/index.js';
import { toolCall } from '../call/support.js';

const KEPT: KeptSnapshot = {
  text: JSON.stringify({
    ...{ revision: 7, generated_at: new Date().toISOString(), global_default: 'review', managed: [] },
    layers: [
      { name: 'policies', document: { version: 1, rules: [{ name: 'no', match: { tool: '*' }, action: 'block' }] } },
    ],
  }),
  confirmedAt: 1,
};
const never = new Promise<never>(() => undefined);

function layer(read: () => Promise<KeptSnapshot | undefined>, clock: ManualClock, send: () => Promise<never>) {
  return new SnapshotLayer({
    ...{ http: { send, stream: send }, file: { read, write: async () => undefined } },
    ...{ timeoutMs: 500, clock, background: clock, random: () => 0.5 },
    onChange: () => undefined,
    onFault: () => undefined,
    onFileFault: () => undefined,
  });
}

test.each([
  ['the controlplane hangs', () => never],
  ['the controlplane is away', () => Promise.reject(new ConnectionFault('unreachable', 'away'))],
])('a disk that does not answer costs no more than the deadline, where %s', async (_, send) => {
  const clock = new ManualClock();
  let deliver = (_: KeptSnapshot): void => undefined;
  const asked = layer(() => new Promise((resolve) => (deliver = resolve)), clock, send);
  void asked.start();
  const opinion = Promise.resolve(asked.opinion(toolCall(), 0)).catch((fault: unknown) => fault);
  for (let i = 0; i < 5; i++) await clock.advance(0);
  await clock.advance(500);
  expect(await opinion).toBeInstanceOf(ConnectionFault);
  expect(clock.elapsed()).toBe(500);
  // What was kept decides once it is there.
  deliver(KEPT);
  for (let i = 0; i < 50 && asked.status === undefined; i++) await clock.advance(0);
  expect(asked.status).toMatchObject({ revision: 7, source: 'disk' });
  expect(await asked.opinion(toolCall(), 0)).toMatchObject({ action: 'block' });
});

test('a controlplane that went back is not followed, in a later process neither', async () => {
  const clock = new ManualClock();
  const older = KEPT.text.replace('"revision":7', '"revision":3');
  const send = (async ({ path }: { path: string }) => {
    if (path.includes('stream')) throw new ConnectionFault('unreachable', 'no stream');
    return { status: 200, etag: '"3"', text: older };
  }) as never;
  const asked = layer(async () => KEPT, clock, send);
  await asked.start();
  expect(asked.status).toMatchObject({ revision: 7, source: 'disk' });
  expect(asked.fault?.message).toContain('went back from revision 7 to 3');
  await asked.close();
});
