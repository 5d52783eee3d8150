import { expect, test } from '@jest/globals';
import { GovernanceFailure } from '../../src/errors/governance-failure.js';

test('names the part, keeps the fault as its cause and says nothing of what the fault says', () => {
  const cause = new Error('could not parse 123-45-6789');
  const failure = new GovernanceFailure('scan-input', cause);
  expect(failure).toMatchObject({ name: 'GovernanceFailure', code: 'governance_failure', part: 'scan-input', cause });
  expect(failure.message).toContain('scan-input');
  expect(failure.message).not.toContain('123-45-6789');
});
