// Claim: a call's p50 where the controlplane is down is at most 1.05 of where it is up: doors decide by the snapshot they
// have, and audit events wait on disk. Each door is a server of its own, and both write their events in threads, as ever.
import { everything, callInMemory } from './fixtures/in-memory.js';
import { createPolicies, stateFolder } from './fixtures/connections.js';
import { type Service, startControlplane } from './fixtures/service.js';
import { compare, print, type Variant } from './harness.js';

process.env['MCP_GOVERNANCE_LOG_LEVEL'] = 'silent';

/** A call through a door with a folder of its own. */
async function call({ port, agentKey }: Service): Promise<Variant> {
  process.env['XDG_STATE_HOME'] = stateFolder();
  const connection = { apiUrl: `http://127.0.0.1:${port}`, apiKey: agentKey, policyTimeoutMs: 10_000 };
  const run = await callInMemory({ ...everything(), ...connection, serverName: 'filesystem' });
  await run();
  return run;
}

const [up, down] = [await startControlplane(), await startControlplane()];
for (const service of [up, down]) await createPolicies(service, 20);
const variants = { base: await call(up), control: await call(up), down: await call(down) };
await down.stop();
print(
  await compare(
    'A governed call where the controlplane is down against where it is up (SDK 1.x in memory, snapshots)',
    variants,
    [{ variant: 'down', atMost: 1.05 }],
    { rounds: 400, turn: 20, warmUp: 2_000 },
  ),
);
await up.stop();
process.exit();
