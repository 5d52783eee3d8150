import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ACTIONS } from '../../src/call/action.js';
import type { Decision } from '../../src/call/decision.js';
import { Policy } from '../../src/policy/policy.js';
import { PolicyHierarchy } from '../../src/policy/policy-hierarchy.js';
import { call, document, layers, manyNames, namedCall, oneCondition } from './arbitraries.js';
import {
  evaluate,
  evaluateLayers,
  type Layers,
  mergedDocuments,
  type PolicyDocument,
  type ReferenceCall,
  type ReferenceDecision,
} from './reference-evaluator.js';

const calls = (count: number) => fc.array(call, { minLength: count, maxLength: count, size: 'max' });

/** A decision of the engine, as far as the reference has an opinion on it. */
function told(decision: Decision): ReferenceDecision {
  return {
    action: decision.action,
    ruleName: decision.ruleName ?? '',
    risk: decision.risk,
    final: decision.final ?? false,
    mandatory: decision.mandatory ?? false,
    delay: decision.obligations?.throttleDelaySeconds,
    layer: decision.layer,
    conflicts: decision.conflicts ?? [],
  };
}

/** The same of the reference; a document by itself conflicts with nothing. */
function expected(decision: ReferenceDecision): ReferenceDecision {
  return { ...decision, delay: decision.delay, layer: decision.layer, conflicts: decision.conflicts ?? [] };
}

/** `expect` takes longer than both evaluators together: it is left to tell what differs. */
function expectSame(actual: object, wanted: object): void {
  if (!isDeepStrictEqual(actual, wanted)) expect(actual).toEqual(wanted);
}

function hierarchyOf({ org, team, agent }: Layers): PolicyHierarchy {
  return new PolicyHierarchy({
    ...(org && { org: Policy.from(org) }),
    ...(team && { team: Policy.from(team) }),
    ...(agent && { agent: Policy.from(agent) }),
  });
}

/** Counts what kinds of decisions there were. */
function tally(seen: Map<string, number>, { action, ruleName, final, mandatory }: ReferenceDecision): void {
  const by = ruleName.startsWith('<') ? ruleName : 'a rule';
  for (const kind of [action, by, ...(final ? ['final'] : []), ...(mandatory ? ['mandatory'] : [])]) {
    seen.set(kind, (seen.get(kind) ?? 0) + 1);
  }
}

/** What a decision point is handed, from what a person writes. */
function toolCallOf({ server = '', tool, arguments: args = {}, principal = {}, annotations }: ReferenceCall) {
  const { agent = '', user = '', attributes = {} } = principal;
  const caller = { agent, user, attributes, selfDeclared: false };
  const definition = annotations && { annotations };
  const host = { door: 'filter', sessionId: undefined, meta: undefined, signal: undefined } as const;
  return { ...host, server, tool, arguments: args, principal: caller, definition };
}

/** A document whose rules do not ask what time it is, for doors that look at the clock by themselves. */
function timeless(policy: PolicyDocument): PolicyDocument {
  const rules = (policy.rules ?? []).filter((rule) => !/"time|weekdays|expires_at/.test(JSON.stringify(rule)));
  return { ...policy, rules };
}

describe('the engine and the reference evaluator', () => {
  it('decide the same about 100,000 generated calls', () => {
    const seen = new Map<string, number>();
    fc.assert(
      fc.property(document, calls(20), (policy, asked) => {
        const engine = Policy.from(policy);
        for (const one of asked) {
          const wanted = expected(evaluate(policy, one));
          expectSame(told(engine.evaluate(one)), wanted);
          tally(seen, wanted);
        }
      }),
      { numRuns: 2_000 },
    );
    // A generator that no longer reaches something would make this test agree about nothing.
    for (const kind of [...ACTIONS, '<tools>', '<default>', 'a rule', 'final', 'mandatory']) {
      expect(`${kind}: ${(seen.get(kind) ?? 0) > 500}`).toBe(`${kind}: true`);
    }
  });

  it('decide the same by conditions alone', () => {
    fc.assert(
      fc.property(oneCondition, calls(6), (policy, asked) => {
        const engine = Policy.from(policy);
        for (const one of asked) expectSame(told(engine.evaluate(one)), expected(evaluate(policy, one)));
      }),
      { numRuns: 2_000 },
    );
  });

  it('decide the same by many rules that ask for names', () => {
    fc.assert(
      fc.property(manyNames, fc.array(namedCall, { minLength: 20, maxLength: 20, size: 'max' }), (policy, asked) => {
        const engine = Policy.from(policy);
        for (const one of asked) expectSame(told(engine.evaluate(one)), expected(evaluate(policy, one)));
      }),
      { numRuns: 200 },
    );
  });

  it('decide the same in layers, and a flattened hierarchy decides the same', () => {
    fc.assert(
      fc.property(layers, calls(10), (all, asked) => {
        const engine = hierarchyOf(all);
        const flat = engine.flatten();
        for (const one of asked) {
          const decision = engine.evaluate(one);
          expectSame(told(decision), expected(evaluateLayers(all, one)));
          expectSame(told(flat.evaluate(one)), told(decision));
        }
      }),
      { numRuns: 400 },
    );
  });

  it('decide the same about merged documents, but for the names of rules', () => {
    fc.assert(
      fc.property(document, document, calls(10), (own, other, asked) => {
        const engine = Policy.from(own).merge(Policy.from(other));
        const merged = mergedDocuments(own, other);
        for (const one of asked) {
          const { ruleName: _, ...decision } = told(engine.evaluate(one));
          const { ruleName: __, ...wanted } = expected(evaluate(merged, one));
          expectSame(decision, wanted);
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe('every way to load and to ask', () => {
  it('decides the same', async () => {
    await fc.assert(
      fc.asyncProperty(document, calls(5), async (policy, asked) => {
        const engine = Policy.from(policy);
        const text = JSON.stringify(policy);
        for (const other of [Policy.parse(text), await Policy.load(text), await Policy.load(policy)]) {
          expect(other.revision).toBe(engine.revision);
          for (const one of asked) expectSame(told(other.evaluate(one)), told(engine.evaluate(one)));
        }
        for (const one of asked) {
          expectSame(told(engine.evaluate(one, { explain: true })), told(engine.evaluate(one)));
        }
      }),
      { numRuns: 120 },
    );
  }, 60_000);

  it('decides the same as a decision point', () => {
    fc.assert(
      fc.property(document, calls(5), (policy, asked) => {
        const engine = Policy.from(timeless(policy));
        for (const one of asked) expectSame(told(engine.decide(toolCallOf(one))), told(engine.evaluate(one)));
      }),
      { numRuns: 200 },
    );
  });

  it('gives back a document that decides the same', () => {
    fc.assert(
      fc.property(document, calls(5), (policy, asked) => {
        const engine = Policy.from(policy);
        const again = Policy.from(engine.document);
        expect(again.revision).toBe(engine.revision);
        for (const one of asked) expectSame(told(again.evaluate(one)), told(engine.evaluate(one)));
      }),
      { numRuns: 300 },
    );
  });
});
