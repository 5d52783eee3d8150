import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { lintPolicy } from '../../../src/policy/lint/lint-policy.js';
import { Policy } from '../../../src/policy/policy.js';
import { call, document } from '../arbitraries.js';

const calls = fc.array(call, { minLength: 20, maxLength: 20, size: 'max' });
const NEVER = ['unreachable', 'shadowed', 'contradictory'];

test('a rule that is said never to decide decides no call', () => {
  let findings = 0;
  fc.assert(
    fc.property(document, calls, (written, asked) => {
      const policy = Policy.from(written);
      const silent = lintPolicy(policy.document, { now: new Date(0) })
        .filter(({ code }) => NEVER.includes(code))
        .map(({ steps: [, position] }) => policy.rules[position as number]?.name ?? `rules[${String(position)}]`);
      findings += silent.length;
      for (const one of asked) expect(silent).not.toContain(policy.evaluate(one).ruleName);
    }),
    { numRuns: 1_000 },
  );
  expect(findings).toBeGreaterThan(30);
});
