import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { OVERFLOW } from '../../src/rate-limit/counter.js';
import { digest, rateLimitKey } from '../../src/rate-limit/rate-limit-key.js';
import { callOf } from './support.js';

const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom('__proto__', 'a:b', '1:a', '', '-', '*', 'constructor'),
);
const caller = fc.record({
  tool: text,
  agent: text,
  user: text,
  session: fc.option(text, { nil: undefined }),
  id: text,
});

function toCall({
  tool,
  agent,
  user,
  session,
  id,
}: {
  tool: string;
  agent: string;
  user: string;
  session: string | undefined;
  id: string;
}) {
  const principal = { agent, user, attributes: {}, selfDeclared: false };
  return callOf({ tool, principal, sessionId: session, arguments: { customer: { id } } });
}

describe('rateLimitKey', () => {
  it('gives two calls one key only where every part is the same', () => {
    const key = rateLimitKey(['tool', 'principal', 'session', 'args.customer.id']);
    fc.assert(
      fc.property(caller, caller, (a, b) => {
        const same = JSON.stringify(Object.values(a)) === JSON.stringify(Object.values(b));
        expect(key.of(toCall(a)) === key.of(toCall(b))).toBe(same);
        expect(key.of(toCall(a))).toBe(key.of(toCall({ ...a })));
      }),
      { numRuns: 1000 },
    );
  });

  it('keeps a:b + c apart from a + b:c', () => {
    const key = rateLimitKey(['principal']);
    const of = (agent: string, user: string): string =>
      key.of(callOf({ principal: { agent, user, attributes: {}, selfDeclared: false } }));
    expect(of('a:b', 'c')).not.toBe(of('a', 'b:c'));
    expect(of('ab', 'c')).not.toBe(of('a', 'bc'));
    expect(of('', 'ab')).not.toBe(of('ab', ''));
  });

  it('is bounded and never the shared slot, whatever the names', () => {
    const key = rateLimitKey(['tool', 'session']);
    fc.assert(
      fc.property(fc.string({ maxLength: 500 }), fc.string({ maxLength: 500 }), (tool, sessionId) => {
        const made = key.of(callOf({ tool, sessionId }));
        expect(made.length).toBeLessThanOrEqual(128);
        expect(made).not.toBe(OVERFLOW);
      }),
    );
    expect(key.of(callOf({ tool: 'x'.repeat(1e6) }))).not.toBe(key.of(callOf({ tool: 'x'.repeat(1e6 + 1) })));
  });

  it('is the same for parts in another order, repeated, or with args. left out', () => {
    const a = rateLimitKey(['tool', 'customer.id']);
    const b = rateLimitKey(['args.customer.id', 'tool', 'tool']);
    const call = callOf({ arguments: { customer: { id: 'c-1' } } });
    expect(a.scope).toBe(b.scope);
    expect(a.of(call)).toBe(b.of(call));
    expect(rateLimitKey(['tool']).scope).not.toBe(rateLimitKey(['args.tool']).scope);
  });

  it('tells apart only what it is asked to', () => {
    const by = (...parts: string[]) => rateLimitKey(parts);
    expect(by('server').of(callOf({ tool: 'a' }))).toBe(by('server').of(callOf({ tool: 'b' })));
    expect(by('server').of(callOf({ server: 'a' }))).not.toBe(by('server').of(callOf({ server: 'b' })));
    expect(by('session').of(callOf({ sessionId: undefined }))).not.toBe(by('session').of(callOf({ sessionId: '' })));
    expect(by().of(callOf({ tool: 'a' }))).toBe(by().of(callOf({ tool: 'b' })));
  });

  it('keeps a principal that only says so apart from one that was proven', () => {
    const key = rateLimitKey(['principal']);
    const principal = callOf().principal;
    expect(key.of(callOf({ principal: { ...principal, selfDeclared: true } }))).not.toBe(key.of(callOf({ principal })));
  });

  it('reads arguments by path, own members only', () => {
    const of = (path: string, args: Record<string, unknown>): string =>
      rateLimitKey([path]).of(callOf({ arguments: args }));
    const absent = of('nothing', {});
    expect(of('constructor', {})).toBe(absent);
    expect(of('__proto__', {})).toBe(absent);
    expect(of('constructor.name', {})).toBe(absent);
    expect(of('id.length', { id: 'text' })).toBe(absent);
    expect(of('__proto__', JSON.parse('{"__proto__": "mine"}') as Record<string, unknown>)).not.toBe(absent);
    expect(of('items.0.id', { items: [{ id: 'a' }] })).not.toBe(of('items.0.id', { items: [{ id: 'b' }] }));
    expect(of('id', { id: null })).not.toBe(absent);
  });

  it('gives no new budget for another spelling of the same value', () => {
    const of = (id: unknown): string => rateLimitKey(['id']).of(callOf({ arguments: { id } }));
    expect(of(5)).toBe(of('5'));
    expect(of({ a: 1, b: [2] })).toBe(of({ b: [2], a: 1 }));
    expect(of({ a: 1 })).not.toBe(of('{"a":1}'));
    expect(of([1, 2])).not.toBe(of([2, 1]));
  });
});

describe('digest', () => {
  it('is 43 characters, and tells lone surrogates apart', () => {
    expect(digest('secret')).toMatch(/^[\w-]{43}$/);
    expect(digest('\ud800')).not.toBe(digest('\ud801'));
  });
});
