import { expect, test } from '@jest/globals';
import { ConfigError } from '../../src/errors/config-error.js';
import { GovernanceMiddleware } from '../../src/governance-middleware.js';

test('a place that cannot be one is refused when the middleware is made', () => {
  const env = { MCP_GOVERNANCE_AUDIT_URL: 'gopher://audit' };
  expect(() => new GovernanceMiddleware({}, { env })).toThrow(ConfigError);
});
