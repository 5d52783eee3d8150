// Claim: a door that decides by snapshots takes at most a fiftieth (aim: 1/150) of the time that one takes that asks about
// each call over a connection that is kept open, on this machine.
import { CALL, connect, createPolicies } from './fixtures/connections.js';
import { startControlplane } from './fixtures/service.js';
import { compare, print } from './harness.js';

const service = await startControlplane();
await createPolicies(service, 200);
const [base, control, snapshot] = [connect(service, 'check'), connect(service, 'check'), connect(service, 'snapshot')];
await snapshot.layer.ready(undefined);
for (const { layer } of [base, control, snapshot]) {
  if ((await layer.opinion(CALL, Date.now()))?.action !== 'allow') throw new Error('the call is not allowed');
}
print(
  await compare(
    'A decision by snapshot against a check over a connection that is kept open (200 policies)',
    {
      base: async () => base.layer.opinion(CALL, Date.now()),
      control: async () => control.layer.opinion(CALL, Date.now()),
      snapshot: async () => snapshot.layer.opinion(CALL, Date.now()),
    },
    [{ variant: 'snapshot', atMost: 1 / 50, aim: 1 / 150 }],
    { rounds: 300, turn: 20, warmUp: 1_000 },
  ),
);
await Promise.all([base, control, snapshot].map((connection) => connection.close()));
await service.stop();
