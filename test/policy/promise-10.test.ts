import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Decision } from '../../src/call/decision.js';
import { FleetPolicy } from '../../src/policy/fleet/fleet-policy.js';
import { Policy } from '../../src/policy/policy.js';
import { PolicyHierarchy } from '../../src/policy/policy-hierarchy.js';
import { toSubject } from '../../src/policy/subject.js';
import { blockRule, call, document, type RuleDocument } from './arbitraries.js';
import { LAYERS, type PolicyDocument, strictness } from './reference-evaluator.js';

const calls = fc.array(call, { minLength: 10, maxLength: 10, size: 'max' });
const NUMBER_OF_RUNS = 900;

/** The same document with one more rule somewhere. */
function withRule(policy: PolicyDocument, rule: RuleDocument, position: number): PolicyDocument {
  const rules = [...(policy.rules ?? [])];
  rules.splice(position % (rules.length + 1), 0, { name: 'added', ...rule });
  return { ...policy, rules };
}

function expectNotLaxer(after: Decision, before: Decision): void {
  expect(strictness(after.action)).toBeGreaterThanOrEqual(strictness(before.action));
  if (before.final === true) expect(after.final).toBe(true);
  if (before.mandatory === true) expect(after.mandatory).toBe(true);
}

it('promise 10: adding a block rule never makes any decision less strict, approvable or overridable', () => {
  fc.assert(
    fc.property(document, blockRule, fc.nat(20), calls, (policy, rule, position, asked) => {
      const before = Policy.from(policy);
      const after = Policy.from(withRule(policy, rule, position));
      for (const one of asked) expectNotLaxer(after.evaluate(one), before.evaluate(one));
    }),
    { numRuns: NUMBER_OF_RUNS },
  );
});

it('promise 10: nor does it in any layer of a hierarchy', () => {
  const drawn = fc.tuple(document, document, document);
  const layer = fc.constantFrom(...LAYERS);
  fc.assert(
    fc.property(drawn, layer, blockRule, fc.nat(20), calls, ([org, team, agent], which, rule, position, asked) => {
      const documents = { org, team, agent };
      const layers = { org: Policy.from(org), team: Policy.from(team), agent: Policy.from(agent) };
      const changed = { ...layers, [which]: Policy.from(withRule(documents[which], rule, position)) };
      const [before, after] = [new PolicyHierarchy(layers), new PolicyHierarchy(changed)];
      for (const one of asked) expectNotLaxer(after.evaluate(one), before.evaluate(one));
    }),
    { numRuns: NUMBER_OF_RUNS / 3 },
  );
});

it('promise 10: nor does it in a document that is merged with another', () => {
  fc.assert(
    fc.property(document, document, blockRule, fc.nat(20), calls, (own, other, rule, position, asked) => {
      const before = Policy.from(own).merge(Policy.from(other));
      const mine = Policy.from(withRule(own, rule, position)).merge(Policy.from(other));
      const theirs = Policy.from(own).merge(Policy.from(withRule(other, rule, position)));
      for (const one of asked) {
        expectNotLaxer(mine.evaluate(one), before.evaluate(one));
        expectNotLaxer(theirs.evaluate(one), before.evaluate(one));
      }
    }),
    { numRuns: NUMBER_OF_RUNS / 3 },
  );
});

const NAMES = ['ann', 'carl', 'cfo'];
const policyRule = fc.record({
  action: fc.constantFrom('allow', 'warn', 'throttle', 'review', 'block'),
  approvers: fc.subarray(NAMES),
  match: fc.constantFrom({}, { tool: 'pay' }, { tool: 'other' }),
});

/** Who may approve a call; nobody where it is not asked, or finally refused. */
function approversOf({ action, final, obligations }: Decision): readonly string[] {
  if (final === true) return [];
  const named = obligations?.approvers ?? [];
  return action === 'allow' || named.length === 0 ? NAMES : named;
}

it('promise 10: adding a policy, of whatever action, never lets more people approve, in whatever layer it stands', async () => {
  const layers = fc.record({
    policies: fc.array(policyRule, { maxLength: 4 }),
    mandatory: fc.array(policyRule, { maxLength: 2 }),
  });
  const load = ({ policies, mandatory }: Record<'policies' | 'mandatory', readonly object[]>): Promise<FleetPolicy> =>
    FleetPolicy.load({
      revision: 1,
      generated_at: '2026-01-01T00:00:00.000Z',
      global_default: 'review',
      managed: [],
      layers: [
        { name: 'mandatory', document: { version: 1, rules: inOrder(mandatory, { mandatory: true }) } },
        { name: 'policies', document: { version: 1, rules: inOrder(policies, {}) } },
      ] as never,
    });
  await fc.assert(
    fc.asyncProperty(
      layers,
      policyRule,
      fc.constantFrom('policies' as const, 'mandatory' as const),
      async (all, rule, which) => {
        const asked = toSubject({ server: 's', tool: 'pay', arguments: {} });
        const before = (await load(all)).opinion(asked);
        const after = (await load({ ...all, [which]: [...all[which], rule] })).opinion(asked);
        if (before === undefined || after === undefined) return;
        expectNotLaxer(after, before);
        if (!['review', 'block'].includes(before.action)) return;
        expect(approversOf(before)).toEqual(expect.arrayContaining([...approversOf(after)]));
      },
    ),
    { numRuns: 500 },
  );
});

/** As the controlplane writes them: the strictest first. */
function inOrder(rules: readonly object[], more: object): readonly object[] {
  const named = rules.map((rule, index) => ({ name: `policy-${index}`, ...rule, ...more }) as unknown as Named);
  return named.sort((one, other) => strictness(other.action) - strictness(one.action));
}

type Named = Pick<Decision, 'action'>;
