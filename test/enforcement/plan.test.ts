import { describe, expect, test } from '@jest/globals';
import type { GovernanceOptions } from '../../src/config/options.js';
import { compilePlan } from '../../src/enforcement/plan.js';
import { governance } from '../../src/governance.js';
import { FakeDecisionPoint } from '../../src/testing/index.js';
import { contextOf } from './support.js';

const planOf = (options: GovernanceOptions = {}, tool = 'search', tagged?: object) =>
  compilePlan(contextOf(options), 'host', tool, tagged && { tagged });
const namesOf = (options: GovernanceOptions) => {
  const { before, after } = planOf(options).pipeline;
  return [before.map((stage) => stage.name), after.map((stage) => stage.name)];
};

describe('compilePlan', () => {
  test('puts the stages in their order, and leaves out those with nothing to do', () => {
    expect(namesOf({ policyConfig: { defaultRateLimit: { maxPerMinute: 1, maxConcurrent: 1 } } })).toEqual([
      ['limits', 'rate-limit', 'scan-input', 'decide', 'approve', 'throttle', 'rate-limit', 'approve'],
      ['limits', 'scan-output'],
    ]);
    expect(namesOf({ policyConfig: { defaultPiiScan: 'off' } })).toEqual([
      ['limits', 'decide', 'approve', 'throttle', 'approve'],
      ['limits'],
    ]);
  });

  test('names the tool for policies: a colon inside a name is no separator', () => {
    expect(planOf().named.policyId).toBe('mcp:search');
    expect(planOf({ serverName: 'docs' }).named.policyId).toBe('mcp:docs:search');
    expect(planOf({ serverName: 'a:b%' }, 'c:d').named.policyId).toBe('mcp:a%3Ab%25:c%3Ad');
    expect([planOf().server, planOf({ serverName: 'docs' }).server]).toEqual(['host', 'docs']);
    expect(planOf().named).toMatchObject({ spanName: 'tools/call search', method: 'tools/call: search' });
  });

  test('merges every entry that matches with the tag of the author', () => {
    const tagged = governance({ piiScan: 'strict', policyAction: 'warn' })({ name: 'search' });
    const toolConfigs = {
      's*': { approvalRequired: true },
      search: { policyAction: 'throttle' },
      other: { piiScan: 'off' },
    } as const;
    expect(planOf({ toolConfigs }, 'search', tagged).config).toMatchObject({
      piiScan: 'strict',
      approvalRequired: true,
      operatorAction: 'throttle',
      authorAction: 'warn',
    });
  });

  test('only decide and the scans are ever open', () => {
    const { before, after } = planOf({
      policyConfig: { defaultRateLimit: { maxPerMinute: 1, maxConcurrent: 1 } },
    }).pipeline;
    const open = [...before, ...after].filter((stage) => stage.whenOpen !== undefined).map((stage) => stage.name);
    expect(open).toEqual(['scan-input', 'decide', 'scan-output']);
  });
});

describe('a tool is always blocked', () => {
  const block = { toolConfigs: { search: { policyAction: 'block' } } } as const;
  const author = governance({ policyAction: 'block' })({});

  test.each<[boolean, GovernanceOptions, object | undefined]>([
    [true, block, undefined],
    [true, {}, author],
    [true, { policyConfig: { defaultPolicyAction: 'block' } }, undefined],
    [true, { ...block, policy: new FakeDecisionPoint() }, undefined],
    [false, {}, undefined],
    [false, { policyConfig: { defaultPolicyAction: 'block' }, policy: new FakeDecisionPoint() }, undefined],
    [
      false,
      { policyConfig: { defaultPolicyAction: 'block' }, toolConfigs: { search: { policyAction: 'allow' } } },
      undefined,
    ],
    [false, { ...block, onPolicyBlock: () => ({ approved: true }) }, undefined],
    [false, { toolConfigs: { search: { policyAction: 'block', enabled: false } } }, undefined],
  ])('%s: case %#', (always, options, tagged) => {
    expect(planOf(options, 'search', tagged).alwaysBlocked).toBe(always);
  });
});
