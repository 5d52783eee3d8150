import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { ACTIONS } from '../../src/call/action.js';
import { FINDING_ACTIONS } from '../../src/call/finding.js';
import type { PiiScan, ToolGovernanceConfig } from '../../src/config/options.js';
import {
  heldToDefaults,
  type ResolvedToolConfig,
  resolveToolConfig,
  type ToolDefaults,
} from '../../src/config/tool-config.js';

const SCANS: PiiScan[] = ['off', 'standard', 'strict'];
const WINDOWS = ['maxPerMinute', 'maxPerHour', 'maxPerDay', 'maxConcurrent'] as const;
const DEFAULTS: ToolDefaults = { piiScan: 'standard', piiActions: { ssn: 'redact' }, rateLimit: { maxPerMinute: 60 } };

const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
const count = maybe(fc.integer({ min: 1, max: 5 }));
const rateLimit = fc.record({
  maxPerMinute: count,
  maxPerHour: count,
  maxPerDay: count,
  maxConcurrent: count,
  by: maybe(fc.subarray(['tool', 'principal', 'server'], { minLength: 1 })),
});
const config: fc.Arbitrary<ToolGovernanceConfig> = fc
  .record({
    enabled: maybe(fc.boolean()),
    approvalRequired: maybe(fc.boolean()),
    piiScan: maybe(fc.constantFrom(...SCANS)),
    piiActions: maybe(fc.dictionary(fc.constantFrom('ssn', 'email'), fc.constantFrom(...FINDING_ACTIONS))),
    policyAction: maybe(fc.constantFrom(...ACTIONS)),
    rateLimit: maybe(rateLimit),
  })
  .map((each) => JSON.parse(JSON.stringify(each)) as ToolGovernanceConfig);

/** The rules in an order of their own, for comparing. */
function sorted({ rateLimits, ...rest }: ResolvedToolConfig) {
  return { ...rest, rateLimits: rateLimits.map((rule) => JSON.stringify(rule, [...WINDOWS, 'by'])).sort() };
}

const merge = (...operator: ToolGovernanceConfig[]) => resolveToolConfig(DEFAULTS, operator, undefined);

describe('merging the entries of the operator', () => {
  test('is commutative and idempotent', () => {
    fc.assert(
      fc.property(config, config, config, (a, b, c) => {
        expect(sorted(merge(a, b, c))).toEqual(sorted(merge(c, a, b)));
        expect(sorted(merge(a, a))).toEqual(sorted(merge(a)));
        expect(sorted(merge(a, b, a))).toEqual(sorted(merge(a, b)));
      }),
    );
  });

  test('is never laxer than any single entry that has something to say', () => {
    fc.assert(fc.property(config, config, (a, b) => expectNotLaxer(merge(a, b), a)));
  });

  test('nor than the tag of the author', () => {
    fc.assert(
      fc.property(fc.array(config, { maxLength: 3 }), config, (operator, { enabled: _, ...author }) => {
        const merged = resolveToolConfig(DEFAULTS, operator, author);
        expectNotLaxer(merged, { ...author, policyAction: undefined });
        expect(merged.authorAction).toBe(author.policyAction);
        expect(merged.operatorAction).toBe(merge(...operator).operatorAction);
        expect(merged.enabled).toBe(merge(...operator).enabled);
      }),
    );
  });
});

function expectNotLaxer(merged: ResolvedToolConfig, entry: ToolGovernanceConfig): void {
  const rank = (scale: readonly unknown[], word: unknown) => (word === undefined ? -1 : scale.indexOf(word));
  if (entry.enabled === true) expect(merged.enabled).toBe(true);
  if (entry.approvalRequired === true) expect(merged.approvalRequired).toBe(true);
  expect(rank(SCANS, merged.piiScan)).toBeGreaterThanOrEqual(rank(SCANS, entry.piiScan));
  expect(rank(ACTIONS, merged.operatorAction)).toBeGreaterThanOrEqual(rank(ACTIONS, entry.policyAction));
  for (const [type, action] of Object.entries(entry.piiActions ?? {})) {
    expect(rank(FINDING_ACTIONS, merged.piiActions.get(type))).toBeGreaterThanOrEqual(rank(FINDING_ACTIONS, action));
  }
  const by = JSON.stringify([...new Set(entry.rateLimit?.by ?? ['tool', 'principal'])].sort());
  const rule = merged.rateLimits.find((each) => JSON.stringify(each.by) === by);
  for (const window of WINDOWS) {
    const limit = entry.rateLimit?.[window];
    if (limit !== undefined) expect(rule?.[window]).toBeLessThanOrEqual(limit);
  }
}

describe('resolveToolConfig', () => {
  test('falls back to the defaults of the server, field by field', () => {
    expect(merge()).toEqual({
      enabled: true,
      maskArguments: [],
      approvalRequired: false,
      piiScan: 'standard',
      piiActions: new Map([['ssn', 'redact']]),
      piiFloors: [],
      operatorAction: undefined,
      authorAction: undefined,
      rateLimits: [
        {
          maxPerMinute: 60,
          maxPerHour: undefined,
          maxPerDay: undefined,
          maxConcurrent: undefined,
          by: ['principal', 'tool'],
        },
      ],
    });
    expect(merge({ piiScan: 'off' })).toMatchObject({ piiScan: 'off', rateLimits: [{ maxPerMinute: 60 }] });
    expect(merge({ rateLimit: { maxPerDay: 9 } }).rateLimits).toMatchObject([{ maxPerMinute: 60, maxPerDay: 9 }]);
    expect(merge({ piiActions: { ssn: 'allow', email: 'block' } }).piiActions).toEqual(
      new Map([
        ['ssn', 'allow'],
        ['email', 'block'],
      ]),
    );
  });

  test('an author can tighten an operator, and neither can loosen the other', () => {
    const operator: ToolGovernanceConfig = {
      piiScan: 'standard',
      policyAction: 'block',
      rateLimit: { maxPerMinute: 5 },
    };
    const author: ToolGovernanceConfig = { piiScan: 'strict', policyAction: 'allow', rateLimit: { maxPerMinute: 50 } };
    expect(resolveToolConfig(DEFAULTS, [operator], author)).toMatchObject({
      piiScan: 'strict',
      operatorAction: 'block',
      authorAction: 'allow',
      rateLimits: [{ maxPerMinute: 5 }],
    });
  });

  test('limits by different keys stay apart, however their keys are written', () => {
    const { rateLimits } = merge(
      { rateLimit: { maxPerMinute: 5, by: ['tool', 'principal'] } },
      { rateLimit: { maxPerMinute: 3, maxPerDay: 100, by: ['principal', 'tool', 'tool'] } },
      { rateLimit: { maxPerMinute: 9, by: ['server'] } },
    );
    expect(rateLimits).toMatchObject([
      { maxPerMinute: 3, maxPerDay: 100, by: ['principal', 'tool'] },
      { maxPerMinute: 9, by: ['server'] },
    ]);
  });

  test('a tool is governed unless every entry that says so says not to, and one that sets no limit keeps the default', () => {
    expect(merge({ enabled: false }).enabled).toBe(false);
    expect(merge({ enabled: false }, { enabled: true }).enabled).toBe(true);
    expect(merge({ enabled: false }, {}).enabled).toBe(false);
    expect(merge({ rateLimit: {} }).rateLimits).toEqual(merge().rateLimits);
  });
});

describe('heldToDefaults', () => {
  const defaults = { piiScan: 'strict', piiActions: { email: 'block' }, rateLimit: { maxPerMinute: 2 } } as const;
  const lax = { piiScan: 'off', piiActions: { email: 'allow' }, rateLimit: { maxPerMinute: 1000 } } as const;

  test('a controlplane tightens the defaults of the server and never loosens them', () => {
    const config = resolveToolConfig(defaults, heldToDefaults([lax], defaults, []), undefined);
    expect(config.piiScan).toBe('strict');
    expect(config.piiActions.get('email')).toBe('block');
    expect(config.rateLimits).toEqual([expect.objectContaining({ maxPerMinute: 2 })]);
    const strict = { piiActions: { iban: 'block' }, rateLimit: { maxPerMinute: 1 } } as const;
    const tightened = resolveToolConfig(defaults, heldToDefaults([strict], defaults, []), undefined);
    expect(tightened.piiScan).toBe('strict');
    expect(tightened.piiActions.get('iban')).toBe('block');
    expect(tightened.rateLimits).toEqual([expect.objectContaining({ maxPerMinute: 1 })]);
  });

  test('what the operator says of the tool itself replaces a default, as without a controlplane', () => {
    const operator = { piiScan: 'standard', piiActions: { email: 'warn' }, rateLimit: { maxPerMinute: 10 } } as const;
    const central = heldToDefaults([lax], defaults, [operator]);
    const config = resolveToolConfig(defaults, [operator, ...central], undefined);
    expect(config.piiScan).toBe('standard');
    expect(config.piiActions.get('email')).toBe('warn');
    expect(config.rateLimits).toEqual([expect.objectContaining({ maxPerMinute: 10 })]);
    expect(heldToDefaults([], defaults, [])).toEqual([]);
  });
});
