import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Decision } from '../../src/call/decision.js';
import { Policy } from '../../src/policy/policy.js';
import { PolicyHierarchy } from '../../src/policy/policy-hierarchy.js';
import { blockRule, call, document, type RuleDocument } from './arbitraries.js';
import { LAYERS, type PolicyDocument, strictness } from './reference-evaluator.js';

const calls = fc.array(call, { minLength: 10, maxLength: 10, size: 'max' });
const NUMBER_OF_RUNS = 1_500;

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
