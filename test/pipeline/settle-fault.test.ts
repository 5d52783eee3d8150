import { expect, test } from '@jest/globals';
import { GovernanceFailure } from '../../src/errors/governance-failure.js';
import { settleFault } from '../../src/pipeline/settle-fault.js';

test.each([
  { failOpen: true, coverable: true, open: true },
  { failOpen: true, coverable: false, open: false },
  { failOpen: false, coverable: true, open: false },
  { failOpen: false, coverable: false, open: false },
])('$failOpen and $coverable: open is $open, and the fault is told of either way', ({ failOpen, coverable, open }) => {
  const reported: unknown[] = [];
  const fault = new Error('broken');
  const settled = settleFault('decide', fault, coverable, failOpen, (...said) => reported.push(said));
  expect(reported).toEqual([['decide', fault, open]]);
  if (open) expect(settled).toBe('open');
  else expect(settled).toMatchObject({ part: 'decide', cause: fault });
  expect(settled instanceof GovernanceFailure).toBe(!open);
});
