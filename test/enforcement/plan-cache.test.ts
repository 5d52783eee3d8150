import { describe, expect, test } from '@jest/globals';
import { PlanCache } from '../../src/enforcement/plan-cache.js';
import { governance } from '../../src/governance.js';
import { contextOf } from './support.js';

describe('PlanCache', () => {
  test('compiles a tool of a server once, and again when its tag is another', () => {
    const cache = new PlanCache(contextOf());
    const key = { server: 'a', tool: 'search', definition: undefined };
    const plan = cache.get(key);
    expect(cache.get({ ...key })).toBe(plan);
    expect(cache.get({ ...key, server: 'b' })).not.toBe(plan);
    expect(cache.get({ ...key, tool: '__proto__' }).named.spanName).toBe('tools/call __proto__');
    const tagged = governance({ piiScan: 'strict' })({});
    const tightened = cache.get({ ...key, definition: { tagged } });
    expect(tightened.config.piiScan).toBe('strict');
    expect(cache.get({ ...key, definition: { tagged } })).toBe(tightened);
    expect(cache.get(key).config.piiScan).toBe('standard');
  });

  test('keeps a bounded number of plans, however many names callers invent', () => {
    const cache = new PlanCache(contextOf({ policyConfig: { defaultPiiScan: 'off' } }));
    const key = (tool: string) => ({ server: 'a', tool, definition: undefined });
    const first = cache.get(key('first'));
    for (let index = 0; index < 10_000; index++) cache.get(key(`invented-${index}`));
    expect(cache.get(key('first'))).not.toBe(first);
  });
});
