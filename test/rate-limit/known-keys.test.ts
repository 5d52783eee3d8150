import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { KnownKeys } from '../../src/rate-limit/known-keys.js';
import { rateLimitKey } from '../../src/rate-limit/rate-limit-key.js';
import { callOf } from './support.js';

const principalOf = (agent: string, user = '', selfDeclared = false) => ({ agent, user, attributes: {}, selfDeclared });

/** Keys of tool and principal, and how often one was made. */
function counted() {
  let made = 0;
  const keys = new KnownKeys(({ tool, principal }) => `${++made} ${tool} ${principal.user}`, true, true);
  return { keys, made: () => made };
}

describe('KnownKeys', () => {
  it.each([['tool', 'principal'], ['principal'], ['tool']])('changes no key, by %s and %s', (...by) => {
    const known = rateLimitKey(by);
    const name = fc.constantFrom('', 'a', 'b', '1:a', '__proto__', 'x'.repeat(200));
    const calls = fc.tuple(name, name, name, fc.boolean());
    fc.assert(
      fc.property(calls, ([tool, agent, user, selfDeclared]) => {
        const call = callOf({ tool, principal: principalOf(agent, user, selfDeclared) });
        expect(known.of(call)).toBe(rateLimitKey(by).of(call));
      }),
      { numRuns: 1000 },
    );
  });

  it('makes the key of a caller once, whatever object it comes in', () => {
    const { keys, made } = counted();
    const first = keys.of(callOf({ principal: principalOf('a', 'u') }));
    expect(keys.of(callOf({ principal: principalOf('a', 'u'), sessionId: 'other' }))).toBe(first);
    expect(made()).toBe(1);
  });

  it('takes nobody for somebody who has the same name', () => {
    const { keys } = counted();
    const principals = [principalOf('a'), principalOf('', 'a'), principalOf('a', 'a'), principalOf('a', '', true)];
    const made = [...principals, ...principals].map((principal) => keys.of(callOf({ principal })));
    expect(new Set(made).size).toBe(8);
    const principal = { agent: 'a', user: 'before', attributes: {}, selfDeclared: false };
    const before = keys.of(callOf({ principal }));
    principal.user = 'after';
    expect(keys.of(callOf({ principal }))).not.toBe(before);
  });

  it('remembers a bounded number of names of bounded length', () => {
    const { keys } = counted();
    for (let i = 0; i < 5000; i += 1) {
      keys.of(callOf({ tool: `tool ${i % 7}`, principal: principalOf(`agent ${i}`) }));
      expect(keys.size).toBeLessThanOrEqual(1000);
    }
    const { size } = keys;
    keys.of(callOf({ principal: principalOf('x'.repeat(129)) }));
    expect(keys.size).toBe(size);
  });
});
