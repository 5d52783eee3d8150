import { describe, expect, test } from '@jest/globals';
import { ConfigError } from '../src/errors/config-error.js';
import { governance } from '../src/governance.js';
import { governanceOf } from '../src/governance-tag.js';

describe('governance as a tagger', () => {
  test('gives back the very tool or handler, with nothing visible on it', () => {
    const tool = Object.freeze({ name: 'search' });
    const handler = (): string => 'result';
    expect(governance({ piiScan: 'strict' })(tool)).toBe(tool);
    expect(governance({ approvalRequired: true })(handler)).toBe(handler);
    expect(governanceOf(tool)).toEqual({ piiScan: 'strict' });
    expect(governanceOf(handler)).toEqual({ approvalRequired: true });
    expect(Reflect.ownKeys(tool)).toEqual(['name']);
  });

  test('cannot be forged or lost by copying: a copy has the same tag', () => {
    const tool = governance({ policyAction: 'block' })({ name: 'search' });
    expect(governanceOf({ ...tool })).toBe(governanceOf(tool));
    expect(governanceOf(Object.assign({}, tool))).toBe(governanceOf(tool));
    expect(() => governance({ piiScan: 'strict' })({ ...tool })).toThrow(ConfigError);
    const stamped = tool as Record<symbol, unknown>;
    const [stamp = Symbol()] = Object.getOwnPropertySymbols(tool);
    expect(Object.isFrozen(stamped[stamp])).toBe(true);
    expect(governanceOf({ [stamp]: { policyAction: 'allow' } })).toBeUndefined();
    Reflect.deleteProperty(tool, stamp);
    expect(governanceOf(tool)).toEqual({ policyAction: 'block' });
    expect(governanceOf(undefined)).toBeUndefined();
  });

  test('what was said stays as it was said', () => {
    const options = { piiScan: 'strict' as 'strict' | 'off' };
    const tool = governance(options)({});
    options.piiScan = 'off';
    expect(governanceOf(tool)).toEqual({ piiScan: 'strict' });
    expect(Object.isFrozen(governanceOf(tool))).toBe(true);
  });

  test('one tagger can tag many tools, and no tool is tagged twice', () => {
    const tag = governance({ piiScan: 'strict' });
    const tool = tag({ name: 'a' });
    expect(governanceOf(tag({ name: 'b' }))).toEqual({ piiScan: 'strict' });
    expect(() => governance({})(tool)).toThrow(new ConfigError('governance(...) is on this tool already.'));
  });

  test.each([null, undefined, 'search', 5])('refuses to tag %p', (target) => {
    expect(() => governance({})(target as never)).toThrow('governance(options) tags a tool object or a handler.');
  });

  test('checks its options at once', () => {
    expect(() => governance({ piiscan: 'strict' } as never)).toThrow(
      "governance: unknown option 'piiscan'. Did you mean 'piiScan'?",
    );
    expect(() => governance({ enabled: false } as never)).toThrow("governance: unknown option 'enabled'.");
    expect(() => governance({ rateLimit: { maxPerMinute: 0 } })).toThrow(/^governance\.rateLimit\.maxPerMinute: /);
  });
});

describe('governance as a decorator', () => {
  test.each([
    ['a private method', { kind: 'method', name: '#search', private: true }],
    ['a symbol', { kind: 'method', name: Symbol('search'), private: false }],
    ['a getter', { kind: 'getter', name: 'search', private: false }],
    ['a class', { kind: 'class', name: 'Search' }],
  ])('refuses %s', (_, context) => {
    expect(() => governance({})(() => 1, context as never)).toThrow(
      '@tool and @governance go on public methods with a plain name',
    );
  });

  test('said twice of one method, it is an error when the first instance is made', () => {
    class Twice {
      @governance({ piiScan: 'strict' })
      @governance({ piiScan: 'off' })
      search(): string {
        return 'result';
      }
    }
    expect(() => new Twice()).toThrow(new ConfigError('@governance is on search twice.'));
  });
});
