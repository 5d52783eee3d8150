import type { Clock } from '../../call/clock.js';
import * as wire from '../../wire/policies.js';
import type { Fleet } from '../decisions/fleet.js';
import type { AddRoute } from '../http/route.js';
import type { PolicyStore } from './policy-store.js';
import type { StoredPolicy } from './stored-policy.js';

const PAGE = 100;

/** Answers what is asked about policies. An acknowledged change decides already. */
export function addPolicyRoutes(add: AddRoute, policies: PolicyStore, fleet: Fleet, clock: Clock): void {
  const shown = (policy: StoredPolicy): wire.WirePolicy => ({ ...policy, status: statusOf(policy, clock.now()) });
  const inForce = async (policy: StoredPolicy): Promise<wire.WirePolicy> => {
    await fleet.refresh();
    return shown(policy);
  };

  add(wire.createPolicy, async ({ body, caller, reply }) => {
    const policy = await inForce(await policies.create(body, caller.name));
    reply.header('etag', `"${policy.revision}"`).header('location', `${wire.createPolicy.path}${policy.id}/`);
    return policy;
  });
  add(wire.listPolicies, async ({ query }) => {
    const { limit = PAGE, cursor, enabled, ...filter } = query;
    const found = await policies.list({
      ...filter,
      enabled: enabled === undefined ? undefined : enabled === 'true',
      after: cursor,
      limit: limit + 1,
    });
    const page = found.slice(0, limit);
    return {
      policies: page.map(shown),
      cursor: found.length > limit ? (page.at(-1)?.id ?? null) : null,
      revision: fleet.state.snapshot.revision,
    };
  });
  add(wire.readPolicy, async ({ params, reply }) => {
    const policy = await policies.read(params.id);
    reply.header('etag', `"${policy.revision}"`);
    return shown(policy);
  });
  add(wire.replacePolicy, async ({ params, body, caller, ifMatch, reply }) => {
    const policy = await inForce(await policies.replace(params.id, body, caller.name, ifMatch));
    reply.header('etag', `"${policy.revision}"`);
    return policy;
  });
  add(wire.patchPolicy, async ({ params, body, caller, ifMatch, reply }) => {
    const policy = await inForce(await policies.patch(params.id, body, caller.name, ifMatch));
    reply.header('etag', `"${policy.revision}"`);
    return policy;
  });
  add(wire.deletePolicy, async ({ params, caller, ifMatch }) => {
    await policies.delete(params.id, caller.name, ifMatch);
    await fleet.refresh();
    return undefined;
  });
  add(wire.policyHistory, async ({ params }) => ({
    history: (await policies.history(params.id)).map(({ policy, ...version }) => ({
      ...version,
      policy: policy && shown(policy),
    })),
  }));
  add(wire.rollbackPolicy, async ({ params, body, caller, ifMatch, reply }) => {
    const policy = await inForce(await policies.rollback(params.id, body.revision, caller.name, ifMatch));
    reply.header('etag', `"${policy.revision}"`);
    return policy;
  });
}

function statusOf({ enabled, expires_at }: StoredPolicy, now: number): wire.WirePolicy['status'] {
  if (!enabled) return 'disabled';
  return expires_at !== null && Date.parse(expires_at) <= now ? 'expired' : 'active';
}
