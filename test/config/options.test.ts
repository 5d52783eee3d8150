import { describe, expect, test } from '@jest/globals';
import type { GovernanceOptions, PolicyConfig, ToolGovernanceConfig } from '../../src/config/options.js';
import { checkOptions } from '../../src/config/schema.js';
import type { RateLimitOptions } from '../../src/rate-limit/rate-limit-rule.js';
import { FakeDecisionPoint, MemorySink } from '../../src/testing/index.js';

// `Required`: an option that is added to the type and not here does not compile, and one that the schema does not know
// does not pass.
const RATE_LIMIT: Required<RateLimitOptions> = {
  maxPerMinute: 1,
  maxPerHour: 2,
  maxPerDay: 3,
  maxConcurrent: 4,
  by: ['tool', 'args.customer.id'],
};
const TOOL: Required<ToolGovernanceConfig> = {
  enabled: true,
  approvalRequired: true,
  piiScan: 'strict',
  piiActions: { ssn: 'block', codename: 'warn' },
  policyAction: 'review',
  rateLimit: RATE_LIMIT,
  maskArguments: ['body', 'headers.*', 'items.*.token'],
};
const POLICY: Required<PolicyConfig> = {
  defaultPiiScan: 'off',
  defaultPolicyAction: 'warn',
  defaultRateLimit: RATE_LIMIT,
  failOpen: false,
  hideBlockedTools: true,
  maxArgumentBytes: 1,
  maxResultBytes: 1,
  maxDepth: 1,
  maxKeys: 1,
};
const OPTIONS: Required<GovernanceOptions> = {
  apiKey: 'key',
  apiUrl: 'https://controlplane.example',
  decisionMode: 'check',
  policyTimeoutMs: 1,
  scanTimeoutMs: 1,
  approvalTimeoutMs: 1,
  serverName: 'docs',
  policyConfig: POLICY,
  toolConfigs: { search: TOOL },
  policy: new FakeDecisionPoint(),
  piiScanner: { scan: () => [] },
  piiActions: { email: 'allow' },
  onPolicyBlock: () => ({ approved: true }),
  identify: () => ({ agent: '', user: '', attributes: {}, selfDeclared: false }),
  rateLimitStore: 'memory',
  audit: [new MemorySink()],
  pins: { file: 'pins.json', onChange: 'block' },
  blockMode: 'raise',
  attributePrefix: 'acme.',
};

describe('the types of the options and the schema that checks them', () => {
  test('know the same options', () => {
    expect(checkOptions('options', OPTIONS, '')).toEqual(OPTIONS);
    expect(checkOptions('operatorTool', TOOL, 'toolConfigs.search')).toEqual(TOOL);
    const { enabled: _operators, ...author } = TOOL;
    expect(checkOptions('authorTool', author, 'governance')).toEqual(author);
  });

  test('agree that every option can be left out or be undefined', () => {
    const absent = (options: object): object => Object.fromEntries(Object.keys(options).map((key) => [key, undefined]));
    for (const options of [{}, absent(OPTIONS), { policyConfig: absent(POLICY) }]) {
      expect(checkOptions('options', options, '')).toEqual(options);
    }
    for (const tool of [{}, absent(TOOL), { rateLimit: { ...absent(RATE_LIMIT), maxPerDay: 1 } }]) {
      expect(checkOptions('operatorTool', tool, '')).toEqual(tool);
    }
  });
});
