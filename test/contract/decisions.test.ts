import { afterEach, describe, expect, it, jest } from '@jest/globals';
import type { DecisionPoint } from '../../src/call/decision.js';
import { MemorySink } from '../../src/audit/memory-sink.js';
import { isPolicyViolation } from '../../src/errors/policy-violation-error.js';
import { Policy } from '../../src/policy/policy.js';
import { PolicyHierarchy } from '../../src/policy/policy-hierarchy.js';
import { type FilterCall, ToolFilter } from '../../src/tool-filter.js';
import { evaluate, evaluateLayers } from '../policy/reference-evaluator.js';
import { type Vector, VECTORS } from './decisions.js';
import { type Host, HOSTS, Started, text } from './hosts/all-hosts.js';
import { CLIENTS } from './hosts/clients.js';
import { PROXIED } from './hosts/proxied.js';

/** What a door makes of a call; what it has no word for is left out. */
type Told = Partial<Record<keyof Vector['expect'], unknown>>;

/** A place where a policy decides calls. */
interface Door {
  readonly title: string;
  /** Which vectors can be told here. */
  readonly takes: (vector: Vector) => boolean;
  readonly ask: (vector: Vector) => Told | Promise<Told>;
}

/** Everything but the date goes on as it is: hosts wait for timers. */
const REAL = [
  ...(['hrtime', 'nextTick', 'performance', 'queueMicrotask', 'setImmediate', 'clearImmediate'] as const),
  ...(['setInterval', 'clearInterval', 'setTimeout', 'clearTimeout'] as const),
];
/** A clock that does not make anybody wait for a throttled call. */
const clock = {
  now: () => Date.now(),
  elapsed: () => 0,
  after: (_: number, due: () => void) => (queueMicrotask(due), () => {}),
};

function callOf({ call: { now, ...call } }: Vector) {
  return { ...call, ...(now !== undefined && { now: new Date(now) }) };
}

function policyOf({ policy, layers = {} }: Vector): Policy | PolicyHierarchy {
  if (policy !== undefined) return Policy.from(policy);
  const { org, team, agent } = layers;
  return new PolicyHierarchy({
    ...(org && { org: Policy.from(org) }),
    ...(team && { team: Policy.from(team) }),
    ...(agent && { agent: Policy.from(agent) }),
  });
}

const runs = (action: string): boolean => ['allow', 'warn', 'throttle'].includes(action);

/** A server of that host, governed by the vector's policy: refused or run, and what is recorded of it. */
function hostDoor(host: Host, servers: Started): Door {
  return {
    title: host.title,
    // A host has a name for its server always, and these hosts' tools come without annotations.
    takes: ({ call }) =>
      call.server !== undefined &&
      call.annotations === undefined &&
      // A client is told the names of its principal and nothing else.
      (!CLIENTS.includes(host) || call.principal?.attributes === undefined),
    async ask(vector) {
      const { server: serverName, tool, arguments: args = {}, principal = {}, now } = vector.call;
      const { agent = '', user = '', attributes = {} } = principal;
      if (now !== undefined) jest.useFakeTimers({ now: new Date(now), doNotFake: [...REAL] });
      const server = await servers.start({
        tools: [{ name: tool, handler: () => text('done') }],
        options: {
          serverName: serverName!,
          policy: policyOf(vector) satisfies DecisionPoint,
          policyConfig: { defaultPiiScan: 'off', failOpen: false },
          identify: () => ({ agent, user, attributes, selfDeclared: false }),
        },
        internals: { clock },
      });
      const result = await server.call(tool, args);
      const [event] = server.sink.events;
      const ran = server.runs(tool).length === 1;
      expect(result.isError === true).toBe(!ran);
      return { action: event!.action, rule: event!.matchedRule, ok: ran };
    },
  };
}

/** A filter that is governed by the vector's policy, as a program asks it. */
function filterDoor(title: string, ask: (filter: ToolFilter, call: FilterCall) => Promise<boolean>): Door {
  return {
    title,
    takes: () => true,
    async ask(vector) {
      const { now, ...call } = vector.call;
      const time = now === undefined ? clock.now : () => Date.parse(now);
      const sink = new MemorySink();
      const filter = new ToolFilter(
        { policy: policyOf(vector), audit: sink, policyConfig: { defaultPiiScan: 'off', failOpen: false } },
        { env: {}, clock: { ...clock, now: time } },
      );
      const ok = await ask(filter, call);
      const [event] = sink.events;
      return { action: event!.action, rule: event!.matchedRule, ok };
    },
  };
}

const FILTERS = [
  filterDoor('ToolFilter.check', async (filter, call) => (await filter.check(call)).ok),
  filterDoor('ToolFilter.call', async (filter, call) => {
    let ran = false;
    await filter
      .call(call, () => void (ran = true))
      .catch((error: unknown) => expect(isPolicyViolation(error)).toBe(true));
    return ran;
  }),
];

/** Every door there is; whoever builds another one adds it here. */
const DOORS: readonly (Door | Host)[] = [
  {
    title: 'the reference evaluator',
    takes: () => true,
    ask(vector) {
      const { policy, layers = {} } = vector;
      const { ruleName: rule, ...rest } = policy
        ? evaluate(policy, callOf(vector))
        : evaluateLayers(layers, callOf(vector));
      return { ...rest, rule, ok: runs(rest.action) };
    },
  },
  {
    title: 'Policy.evaluate',
    takes: () => true,
    ask(vector) {
      const {
        action,
        ruleName: rule,
        final = false,
        mandatory = false,
        layer,
      } = policyOf(vector).evaluate(callOf(vector));
      return { action, rule, ok: runs(action), final, mandatory, layer };
    },
  },
  ...FILTERS,
  ...HOSTS,
  ...CLIENTS,
  ...PROXIED,
];

describe.each(DOORS)('promise 8: the decision vectors, by $title', (door) => {
  const servers = 'start' in door ? new Started(door) : undefined;
  const { takes, ask } = 'start' in door ? hostDoor(door, servers!) : door;
  afterEach(async () => {
    await servers?.closeAll();
    jest.useRealTimers();
  });

  it.each(VECTORS.filter(takes))('$name', async (vector) => {
    const told = await ask(vector);
    const wanted = Object.entries(vector.expect).filter(([key]) => key in told || key === 'action');
    expect(told).toMatchObject(Object.fromEntries(wanted));
  });
});
